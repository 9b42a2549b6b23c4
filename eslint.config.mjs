import js from '@eslint/js';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist/', 'release/', 'target/', 'node_modules/', 'data/', 'tests/output/', 'examples/*/{dist,build,.*}/'] },
  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
    },
  },
  { files: ['www/**/*.ts'], extends: [ts.configs.strict] },
  // What runs in a page.
  { files: ['www/demo/**/*.js', 'tests/pages/*.js'], languageOptions: { globals: { ...globals.browser, askfirst: 'readonly' } } },
  { files: ['examples/*/src/**/*.js', 'bench/page/site/*.js'], languageOptions: { globals: globals.browser } },
  // What runs here, and hands functions to a page.
  { files: ['**/*.mjs'], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
);
