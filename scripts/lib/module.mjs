// The WebAssembly module of the snippet and its glue: cargo → wasm-bindgen → wasm-opt.
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

/** Where the steps from the compiled module to the shipped one are. */
export const folder = join(work, 'module');
/** wasm-bindgen's JavaScript for the module, shortened. */
export const glue = join(folder, 'short.js');
/** The module that is shipped. */
export const wasm = join(folder, 'module.wasm');

/** The functions that the entry calls, in one object. @param {string} glue */
function withCore(glue) {
  const names = Array.from(glue.matchAll(/^export function (\w+)/gm), ([, name]) => name);
  return `${glue}\nexport const core = { ${['initSync', ...names].join(', ')} };\n`;
}

/** Compiles the module. @returns {Promise<Buffer>} what `makeModule` goes on from */
export async function compileModule() {
  const { path, small } = await compile();
  mkdirSync(folder, { recursive: true });
  const bytes = readFileSync(path);
  writeFileSync(join(folder, 'askfirst.wasm'), bytes);
  writeFileSync(join(work, 'compiled.json'), JSON.stringify({ small }));
  return bytes;
}

/** Makes the module and its glue from what was compiled. @param {string} bindgen the program that writes the glue */
export async function makeModule(bindgen) {
  await run(bindgen, [join(folder, 'askfirst.wasm'), folder]);
  const bare = shortenExports(readFileSync(join(folder, 'glue_bg.wasm')), trimGlue(readFileSync(join(folder, 'glue.js'), 'utf8')));
  writeFileSync(join(folder, 'bare.wasm'), await stubFunctions(bare.wasm));
  const small = join(folder, 'small.wasm');
  await optimise(small, ['--strip-debug']);
  const short = shortenImports(blankPanics(readFileSync(small)), bare.glue);
  writeFileSync(glue, withCore(shortenGlue(short.glue)));
  writeFileSync(wasm, short.wasm);
}

/** Passes of wasm-opt. Those before the first -Oz and the second one save 93 bytes of brotli in askfirst.js (measured 2026-12). */
const PASSES = ['--flatten', '--rereloop', '-Oz', '-Oz'];

/** Optimizes bare.wasm for size. @param {string} out @param {string[]} names what becomes of names */
export async function optimise(out, names) {
  const opt = join(root, 'node_modules', 'binaryen', 'bin', 'wasm-opt');
  const stripped = ['--strip-producers', '--strip-target-features', ...names];
  await run(process.execPath, [opt, join(folder, 'bare.wasm'), ...PASSES, '--low-memory-unused', ...features, ...stripped, '-o', out]);
}
