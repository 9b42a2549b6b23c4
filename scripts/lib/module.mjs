// The WebAssembly modules of the snippet, each with its glue: cargo → wasm-bindgen → wasm-opt.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from './compile.mjs';
import { root, run } from './run.mjs';
import { stubFunctions } from './stub.mjs';
import { shortenGlue, trimGlue } from './trim-glue.mjs';
import { blankPanics, shortenExports, shortenImports } from './trim-module.mjs';

/** Where the steps of the build leave what they made. */
export const work = join(root, 'target', 'askfirst');

/** What rustc's wasm32 target uses; the section that would say so is stripped. All of it is in every browser since 2021. */
export const features = ['bulk-memory', 'bulk-memory-opt', 'sign-ext', 'nontrapping-float-to-int', 'mutable-globals'].map(
  (name) => `--enable-${name}`,
);

/**
 * A module that the snippet is built as. `glue` is wasm-bindgen's JavaScript for it, and `wasm` what is shipped, once they are made.
 * @typedef {{ name: string, features: string[], folder: string, glue: string, wasm: string }} Module
 */
/** @param {string} name @param {string[]} features @returns {Module} */
function build(name, features) {
  const folder = join(work, name);
  return { name, features, folder, glue: join(folder, 'short.js'), wasm: join(folder, 'module.wasm') };
}

/** What every page loads: it counts, asks, and takes a no. */
export const asking = build('asking', []);
/** All of it, with what only a yes allows. */
export const agreed = build('agreed', ['agreed']);

/** The functions that the entry calls, in one object: which module it calls can change. @param {string} glue */
function withCore(glue) {
  const names = Array.from(glue.matchAll(/^export function (\w+)/gm), ([, name]) => name);
  return `${glue}\nexport const core = { ${['initSync', ...names].join(', ')} };\n`;
}

/**
 * Compiles a module; what `makeModule` goes on from, and how it was compiled.
 * @param {Module} module
 */
export async function compileModule({ name, features, folder }) {
  const { wasm, small } = await compile(name, features);
  mkdirSync(folder, { recursive: true });
  // The next one takes its place.
  const bytes = readFileSync(wasm);
  writeFileSync(join(folder, 'askfirst.wasm'), bytes);
  writeFileSync(join(work, 'compiled.json'), JSON.stringify({ small }));
  return bytes;
}

/**
 * Makes the module and its glue from what was compiled.
 * @param {Module} module
 * @param {string} bindgen the program that writes the glue
 */
export async function makeModule({ folder, glue, wasm }, bindgen) {
  await run(bindgen, [join(folder, 'askfirst.wasm'), folder]);
  const bare = shortenExports(readFileSync(join(folder, 'glue_bg.wasm')), trimGlue(readFileSync(join(folder, 'glue.js'), 'utf8')));
  writeFileSync(join(folder, 'bare.wasm'), await stubFunctions(bare.wasm));
  const small = join(folder, 'small.wasm');
  await optimise(folder, small, ['--strip-debug']);
  const short = shortenImports(blankPanics(readFileSync(small)), bare.glue);
  writeFileSync(glue, withCore(shortenGlue(short.glue)));
  writeFileSync(wasm, short.wasm);
}

/** Optimizes bare.wasm for size. @param {string} folder @param {string} out @param {string[]} names what becomes of names */
export async function optimise(folder, out, names) {
  const opt = join(root, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
  const stripped = ['--strip-producers', '--strip-target-features', ...names];
  await run(process.execPath, [opt, join(folder, 'bare.wasm'), '-Oz', '--low-memory-unused', ...features, ...stripped, '-o', out]);
}
