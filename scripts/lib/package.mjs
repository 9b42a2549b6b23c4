// The package's own files in dist/: its entries for `import` and for `require`, their types, and the module by itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, decoders, insert } from './bundle.mjs';
import { root } from './run.mjs';

/** @typedef {{ name: string, entry: string, types: string, decoder: string, banner?: string }} Entry */

/** @type {Entry[]} */
const entries = [
  { name: 'index', entry: 'npm.ts', types: 'types.d.ts', decoder: decoders.hex },
  { name: 'core', entry: 'core.ts', types: 'types-core.d.ts', decoder: decoders.given },
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

/** The types of the named exports. They stand beside the interface, so that the script tag's global has the same. */
const NAMED = `
export declare const init: AskFirst['init'];
export declare const track: AskFirst['track'];
export declare const page: AskFirst['page'];
export declare const identify: AskFirst['identify'];
export declare const reset: AskFirst['reset'];
export declare const forget: AskFirst['forget'];
export declare const sent: AskFirst['sent'];
export declare const consent: AskFirst['consent'];
`;

/** @param {Buffer} wasm @param {string} dist */
export async function writePackage(wasm, dist) {
  writeFileSync(join(dist, 'askfirst.wasm'), wasm);
  for (const { name, entry, types, decoder, banner } of entries) {
    const declared = readFileSync(join(root, 'www', types), 'utf8') + (name === 'index' ? NAMED : '');
    for (const [extension, format, typesExtension] of formats) {
      const text = await bundle(entry, format, decoder, banner);
      writeFileSync(join(dist, `${name}.${extension}`), decoder === decoders.hex ? insert(text, `"${wasm.toString('hex')}"`) : text);
      // What a relative import needs differs between the two.
      writeFileSync(join(dist, `${name}.${typesExtension}`), declared.replaceAll("'./types'", `'./index.${extension}'`));
    }
  }
}
