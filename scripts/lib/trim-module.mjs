// Shortens names in the module and in its glue. Throws if a name is not found, so that another version of wasm-bindgen cannot pass half
// trimmed.
//
// wasm-opt --minify-imports-and-exports-and-modules with esbuild's mangleCache for the glue would do the same. It was tried: askfirst.js
// is 48 bytes of brotli larger, because it never uses the same letter for an import and an export, and esbuild chooses other names.
//
// The gains are bytes of brotli in askfirst.js, measured 2026-12 by building with and without each.

/**
 * Short names for imports. wasm-bindgen names each import after the function and a hash: about 45 bytes, once in the module and
 * once in its glue. Saves 681 bytes.
 * @param {Uint8Array} wasm the module
 * @param {string} glue wasm-bindgen's JavaScript for it, target web
 * @returns {{ wasm: Buffer, glue: string, names: Map<string, string> }}
 * @throws {Error} where an import's name does not stand exactly once as a key in the glue
 */
export function shortenImports(wasm, glue) {
  /** @type {Map<string, string>} */
  const names = new Map();
  /** @type {Map<string, string>} */
  const modules = new Map();
  const named = rewritten(wasm, 2, (body) => rename(body, names, modules));
  // Imports of stubbed functions (stub.mjs) are not in the module any more.
  glue = glue.replaceAll(/^ {8}"?(__wb\w+)"?: function[^]*?^ {8}\}.*,\n/gm, (entry, name) => (names.has(name) ? entry : ''));
  for (const [name, short] of [...names, ...modules]) {
    const key = new RegExp(`^(\\s+)"?${name.replaceAll(/[.*+?^$()[\]{}|\\/]/g, '\\$&')}"?:`, 'gm');
    if (glue.match(key)?.length !== 1) throw new Error(`the glue does not bring the import ${name} exactly once`);
    glue = glue.replace(key, `$1${short}:`);
  }
  return { wasm: named, glue, names };
}

/**
 * The module with another section of that id.
 * @param {Uint8Array} wasm
 * @param {number} id
 * @param {(body: Buffer) => Buffer} change
 */
function rewritten(wasm, id, change) {
  const bytes = Buffer.from(wasm);
  /** @type {Buffer[]} */
  const sections = [bytes.subarray(0, 8)];
  for (const section of sectionsOf(bytes)) {
    if (section.id !== id) {
      sections.push(section.whole);
      continue;
    }
    const body = change(section.body);
    sections.push(Buffer.from([id]), leb(body.length), body);
  }
  return Buffer.concat(sections);
}

/** The sections after magic and version. @param {Buffer} bytes */
export function* sectionsOf(bytes) {
  let at = 8;
  while (at < bytes.length) {
    const [length, from] = readLeb(bytes, at + 1);
    yield { id: bytes[at], body: bytes.subarray(from, from + length), whole: bytes.subarray(at, from + length) };
    at = from + length;
  }
}

/**
 * The import section (WebAssembly 1.0, 5.5.5) with other names; function imports only, which is all that wasm-bindgen makes.
 * @param {Buffer} body
 * @param {Map<string, string>} names
 * @param {Map<string, string>} modules
 */
function rename(body, names, modules) {
  const out = [];
  let at = 0;
  const number = () => {
    const [value, next] = readLeb(body, at);
    at = next;
    return value;
  };
  const text = () => {
    const length = number();
    at += length;
    return body.toString('utf8', at - length, at);
  };
  const count = number();
  out.push(leb(count));
  for (let i = 0; i < count; i++) {
    const short = (/** @type {Map<string, string>} */ map, /** @type {string} */ name) => {
      const letter = map.get(name) ?? letters(map.size);
      map.set(name, letter);
      return letter;
    };
    for (const name of [short(modules, text()), short(names, text())]) out.push(leb(name.length), Buffer.from(name));
    if (body[at++] !== 0) throw new Error('an import that is no function');
    out.push(Buffer.from([0]), leb(number()));
  }
  return Buffer.concat(out);
}

/** a … z, A … Z, aa, ab, … @param {number} index @returns {string} */
function letters(index) {
  const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const last = alphabet.charAt(index % alphabet.length);
  return index < alphabet.length ? last : letters(Math.floor(index / alphabet.length) - 1) + last;
}

/** An unsigned LEB128 number, and where it ends. @param {Buffer} bytes @param {number} at @returns {[value: number, end: number]} */
export function readLeb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes.readUInt8(at++);
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

/** @param {number} value */
function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/**
 * Removes the exports that the glue does not use, so that wasm-opt can remove their code, and gives the others short names. Saves
 * 192 bytes.
 * @param {Uint8Array} wasm
 * @param {string} glue trimmed
 * @returns {{ wasm: Buffer, glue: string }}
 * @throws {Error} where the glue uses what the module does not export
 */
export function shortenExports(wasm, glue) {
  const used = new Set(Array.from(glue.matchAll(/\bwasm\.(\w+)/g), ([, name]) => name ?? ''));
  /** @type {Map<string, string>} */
  const names = new Map();
  const bare = rewritten(wasm, 7, (exports) => {
    /** @type {Buffer[]} */
    const kept = [];
    let [count, at] = readLeb(exports, 0);
    for (; count > 0; count--) {
      const [length, from] = readLeb(exports, at);
      const name = exports.toString('utf8', from, from + length);
      const [, end] = readLeb(exports, from + length + 1);
      at = end;
      if (!used.has(name)) continue;
      const short = letters(names.size);
      names.set(name, short);
      kept.push(leb(short.length), Buffer.from(short), exports.subarray(from + length, end));
    }
    return Buffer.concat([leb(names.size), ...kept]);
  });
  for (const name of used) if (!names.has(name)) throw new Error(`the module does not export ${name}`);
  return { wasm: bare, glue: glue.replaceAll(/\bwasm\.(\w+)/g, (_, name) => `wasm.${names.get(name)}`) };
}

/** Panic messages of the standard library and wasm-bindgen. A panic is a trap here: nothing shows them. */
const PANICS = [
  'RefCell already mutably borrowed',
  'RefCell already borrowed',
  'LazyCell instance has previously been poisoned',
  'reentrant init',
  'internal error: entered unreachable code',
  'closure invoked recursively or after being dropped',
  'Tried to shrink to a larger capacity',
  'capacity overflow',
  'no window',
  'failed to get local_storage',
  'no local storage',
];

/**
 * Overwrites panic messages and source paths with zeros of the same length. Nobody sees them, and the paths tell where the module was
 * built. Saves 47 bytes. wasm-opt keeps data that no code reads.
 * @param {Uint8Array} wasm
 * @returns {Buffer}
 */
export function blankPanics(wasm) {
  const blank = (/** @type {string} */ text) => '\0'.repeat(text.length);
  let text = Buffer.from(wasm).toString('latin1');
  for (const panic of PANICS) text = text.replaceAll(panic, blank);
  return Buffer.from(text.replaceAll(/\/[\x21-\x7e]+?\.rs(?=[^a-z])/g, blank), 'latin1');
}
