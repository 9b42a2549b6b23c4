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
/** How it reads what the module's memory begins with, base64, and what stands for that here: text that compresses. */
const READER = /^ {2}var base64ReverseLookup = [^]*?^ {2}\}\n(?=function initActiveSegments)/m;
const WRITER = `function write(at, text) {
  for (let i = 0; i < text.length; i++) bufferView[at + i] = text.charCodeAt(i);
}
`;
const SEGMENT = /base64DecodeToExistingUint8Array\(bufferView, (\d+), "([^"]*)"\);/g;

/** Writes bytes to an address: as text, but where that would not survive a page of another character set. @param {string} at @param {Buffer} bytes */
const segment = (at, bytes) =>
  bytes.every((byte) => byte < 128)
    ? `write(${at}, ${JSON.stringify(bytes.toString('latin1'))});`
    : `bufferView.set([${[...bytes]}], ${at});`;

/** A function of the language's that it names, whether the module uses it or not. */
const NAMED = /^ var (Math_\w+) = Math\.\w+;\n/gm;

/** How it says that the module met what it cannot go on from. A module says it by an error of that name. */
const TRAP = "throw new Error('abort');";
const TOLD = "throw Object.assign(new Error('unreachable'), { name: 'RuntimeError' });";

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
    [READER, WRITER],
    [BEHIND, '\nexport const plain = asmFunc;\n'],
    [TRAP, TOLD],
  ])) {
    if (text.split(what).length !== 2) throw new Error(`wasm2js does not write ${what} once`);
    text = text.replace(what, () => by);
  }
  text = text.replaceAll(SEGMENT, (_, at, base64) => segment(at, Buffer.from(base64, 'base64')));
  text = text.replaceAll(NAMED, (line, name) => (text.split(name).length > 2 ? line : ''));
  if (text.includes('base64')) throw new Error('wasm2js writes memory in another way');
  return text;
}
