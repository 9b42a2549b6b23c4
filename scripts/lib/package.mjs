// The package's own files in dist/: its entries for `import` and for `require`, their types, and the module by itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, decoders, insert } from './bundle.mjs';
import { glue, wasm as path } from './module.mjs';
import { root } from './run.mjs';

/** `api` declares what it exports of the API. @typedef {{ name: string, entry: string, types: string, decoder: string, banner?: string, api?: () => string }} Entry */

/** @type {Entry[]} */
const entries = [
  { name: 'index', entry: 'npm.ts', types: 'types.d.ts', decoder: decoders.hex, api: () => named() },
  { name: 'core', entry: 'core.ts', types: 'types-core.d.ts', decoder: decoders.given, api: () => `${IMPORT}${named('init')}` },
  // Components and hooks: not for React's server components, which may place them all the same.
  { name: 'react', entry: 'react.ts', types: 'types-react.d.ts', decoder: '', banner: "'use client';" },
  { name: 'vue', entry: 'vue.ts', types: 'types-vue.d.ts', decoder: '' },
];

const formats = /** @type {const} */ ([
  ['js', 'esm', 'd.ts'],
  ['cjs', 'cjs', 'd.cts'],
]);

/** What is made here, by name. */
export const packageFiles = [
  'askfirst.wasm',
  ...entries.flatMap(({ name }) => formats.flatMap(([script, , types]) => [`${name}.${script}`, `${name}.${types}`])),
];

/** For those whose own types do not declare the interface. */
const IMPORT = "\nimport type { AskFirst } from './types';\n";

/**
 * The types of the named exports: the members of the interface that the script tag's global has as well, with what is said of them.
 * @param {string} [except] one that an entry declares itself
 */
function named(except = '') {
  const [, members = ''] = /^export interface AskFirst \{$([^]*?)^\}$/m.exec(readFileSync(join(root, 'www', 'types.d.ts'), 'utf8')) ?? [];
  return Array.from(members.matchAll(/^( {2}\/\*\*[^]*?\*\/)\n {2}(\w+)[(:]/gm))
    .filter(([, , name]) => name !== except)
    .map(([, about = '', name]) => `\n${about.replaceAll(/^ {2}/gm, '')}\nexport declare const ${name}: AskFirst['${name}'];\n`)
    .join('');
}

/** @param {string} dist */
export async function writePackage(dist) {
  const wasm = readFileSync(path);
  writeFileSync(join(dist, 'askfirst.wasm'), wasm);
  for (const { name, entry, types, decoder, banner, api } of entries) {
    const declared = readFileSync(join(root, 'www', types), 'utf8') + (api ? api() : '');
    for (const [extension, format, typesExtension] of formats) {
      const text = await bundle(entry, format, { glue, decoder, banner });
      writeFileSync(join(dist, `${name}.${extension}`), decoder === decoders.hex ? insert(text, `"${wasm.toString('hex')}"`) : text);
      // What a relative import needs differs between the two.
      writeFileSync(join(dist, `${name}.${typesExtension}`), declared.replaceAll("'./types'", `'./index.${extension}'`));
    }
  }
}
