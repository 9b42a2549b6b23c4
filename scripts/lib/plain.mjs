// The module as plain JavaScript, for pages that forbid WebAssembly: askfirst-plain.js.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { features } from './module.mjs';
import { root, run } from './run.mjs';

/** @param {string} name */
const binaryen = (name) => join(root, 'node_modules', 'binaryen', 'bin', name);

/** What wasm2js does not know, said in what it does. */
const LOWER = ['--signext-lowering', '--llvm-nontrapping-fptoint-lowering', '--llvm-memory-copy-fill-lowering'];

/** What wasm2js writes around the function that is the module: its imports by name before, its exports by name behind. */
const BEFORE = /^import \* as \w+ from '[^']*';\n/;
const BEHIND = /\nvar retasmFunc = asmFunc\(\{[^]*$/;
/** How it says that the module met what it cannot go on from. A module says it by an error of that name. */
const TRAP = "throw new Error('abort');";
const NAMED = "throw Object.assign(new Error('unreachable'), { name: 'RuntimeError' });";

/**
 * The same module in JavaScript: `plain`, from its imports to its exports.
 * @param {Buffer} wasm with the imports and exports of the glue
 * @param {string} work where intermediate files go
 */
export async function plainModule(wasm, work) {
  const [given, lowered, written] = [join(work, 'plain.wasm'), join(work, 'lowered.wasm'), join(work, 'plain.js')];
  writeFileSync(given, wasm);
  await run(process.execPath, [binaryen('wasm-opt'), given, ...features, ...LOWER, '-Oz', '-o', lowered]);
  await run(process.execPath, [binaryen('wasm2js'), lowered, '-Oz', '-o', written]);
  let text = readFileSync(written, 'utf8');
  for (const [what, by] of /** @type {const} */ ([
    [BEFORE, ''],
    [BEHIND, '\nexport const plain = asmFunc;\n'],
    [TRAP, NAMED],
  ])) {
    if (text.split(what).length !== 2) throw new Error(`wasm2js does not write ${what} once`);
    text = text.replace(what, by);
  }
  return text;
}
