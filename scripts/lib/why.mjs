// What askfirst.js weighs, part by part, and the module, function by function.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder, glue, optimise } from './module.mjs';
import { root, say } from './run.mjs';
import { grouped, weigh } from './sizes.mjs';
import { script } from './snippet.mjs';
import { readLeb, sectionsOf } from './trim-module.mjs';

/** @typedef {{ name: string, bytes: number }} Sized */

/** What the name section (WebAssembly's appendix, 7.4.1) calls functions, by their index. @param {Buffer} wasm */
function namesOf(wasm) {
  /** @type {Map<number, string>} */
  const names = new Map();
  for (const { id, body } of sectionsOf(wasm)) {
    if (id !== 0) continue;
    const [length, from] = readLeb(body, 0);
    if (body.toString('utf8', from, from + length) !== 'name') continue;
    let at = from + length;
    while (at < body.length) {
      const kind = body[at];
      const [size, start] = readLeb(body, at + 1);
      at = start + size;
      if (kind !== 1) continue;
      let [count, next] = readLeb(body, start);
      for (; count > 0; count -= 1) {
        const [index, after] = readLeb(body, next);
        const [long, text] = readLeb(body, after);
        names.set(index, body.toString('utf8', text, text + long));
        next = text + long;
      }
    }
  }
  return names;
}

/** How many functions are imported: they come first in the count. @param {Buffer} wasm */
const importsOf = (wasm) => {
  const section = [...sectionsOf(wasm)].find(({ id }) => id === 2);
  return section ? readLeb(section.body, 0)[0] : 0;
};

/** What the snippet exports goes by the name that JavaScript calls it by; in Rust it stands in src/lib.rs. */
const exported = () => new Set(Array.from(readFileSync(glue, 'utf8').matchAll(/^export function (\w+)/gm), ([, name]) => name));

/** A function's path in Rust, without the hashes that rustc puts into it. @param {string} name */
const readable = (name) => name.replace(/::h[0-9a-f]{16}(?=$|\.)/, '').replaceAll(/\[[0-9a-f]{8,16}\]/g, '');

/**
 * The functions of a module, largest first, each with the bytes of its body and of the number that says how long that is.
 * @param {Buffer} wasm with names
 * @param {Set<string | undefined>} [exports] names that are those of functions of `askfirst`
 * @returns {Sized[]}
 */
export function functionsOf(wasm, exports = new Set()) {
  const names = namesOf(wasm);
  const code = [...sectionsOf(wasm)].find(({ id }) => id === 10);
  if (!code) return [];
  const found = [];
  let [count, at] = readLeb(code.body, 0);
  for (let index = importsOf(wasm); count > 0; count -= 1, index += 1) {
    const [length, start] = readLeb(code.body, at);
    const name = readable(names.get(index) ?? `function ${index}`);
    found.push({ name: exports.has(name) ? `askfirst::${name}` : name, bytes: start + length - at });
    at = start + length;
  }
  return found.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** The crate that a function is of, or the part of Rust; a trait's method is its type's. @param {string} name */
export const crateOf = (name) => /^<?(?:&|mut |dyn |\[)*([a-z]\w*)(?:::|\[)/.exec(name)?.[1] ?? 'wasm-bindgen and what is built in';

/** @param {Sized[]} functions @returns {Sized[]} by crate */
function byCrate(functions) {
  /** @type {Map<string, number>} */
  const sums = new Map();
  for (const { name, bytes } of functions) sums.set(crateOf(name), (sums.get(crateOf(name)) ?? 0) + bytes);
  return Array.from(sums, ([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
}

/** A file that stands in for another. @param {RegExp} filter @param {string} namespace @param {string} contents @param {'js' | 'json' | 'text'} loader @returns {import('esbuild').Plugin} */
const instead = (filter, namespace, contents, loader) => ({
  name: `${filter}`,
  setup: (build) => build.onLoad({ filter, namespace }, () => ({ contents, loader })),
});

/** What the entry takes from the glue, with nothing behind it. */
const noGlue = () => `export const core = { ${[...exported(), 'initSync'].map((name) => `${name}: self`).join()} };`;

/** The texts that stand in the file, without a word. */
const noTexts = () =>
  JSON.stringify(JSON.parse(readFileSync(join(root, 'www', 'texts', 'en.json'), 'utf8')), (_, value) =>
    typeof value === 'string' ? '' : value,
  );

/**
 * askfirst.js, and it without each of its parts.
 * @returns {Promise<{ whole: string, without: Record<string, string> }>}
 */
export async function parts() {
  return {
    whole: await script(),
    without: {
      'the module (src/, crates/wire/)': await script([], '""'),
      "wasm-bindgen's glue": await script([instead(/short\.js$/, 'file', noGlue(), 'js')]),
      'style (www/banner.css)': await script([instead(/banner\.css$/, 'style', '', 'text')]),
      'texts (www/texts/en.json)': await script([instead(/texts\/en\.json$/, 'file', noTexts(), 'json')]),
    },
  };
}

/** The functions of the module in askfirst.js: once more from the same steps, with names, which change none of its code. */
export async function moduleFunctions() {
  const named = join(folder, 'named.wasm');
  await optimise(named, ['-g']);
  return functionsOf(readFileSync(named), exported());
}

/** @param {Sized[]} rows */
function table(rows) {
  for (const { name, bytes } of rows) process.stdout.write(`  ${grouped(bytes).padStart(8)}  ${name}\n`);
}

/** Prints what askfirst.js consists of, and the module's functions. */
export async function printWhy() {
  say('What askfirst.js consists of: bytes of brotli that it would have less without each part');
  const { whole, without } = await parts();
  /** @param {string} text */
  const brotli = (text) => weigh(Buffer.from(text)).brotli;
  const total = brotli(whole);
  const rows = Object.entries(without).map(([name, text]) => ({ name, bytes: total - brotli(text) }));
  const rest = total - rows.reduce((sum, { bytes }) => sum + bytes, 0);
  // Brotli finds in one part what it saw in another: what is left is the entry, give or take.
  table([...rows, { name: 'everything else: the entry (www/*.ts)', bytes: rest }].sort((a, b) => b.bytes - a.bytes));
  table([{ name: 'askfirst.js', bytes: total }]);

  const functions = await moduleFunctions();
  say('The module by crate: bytes of code, not compressed');
  table(byCrate(functions));
  say("The module's functions: bytes of code, not compressed");
  table(functions);
}
