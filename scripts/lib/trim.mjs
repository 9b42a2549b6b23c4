// What neither the module nor its glue need to carry to every visitor. Each function throws where it does not find what it
// expects: another version of wasm-bindgen must not pass through half trimmed.

/**
 * Short names for what the module imports. wasm-bindgen names each import after the function and a hash, some 45 bytes, once in
 * the module and once in its glue.
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
  const bytes = Buffer.from(wasm);
  /** @type {Buffer[]} */
  const sections = [bytes.subarray(0, 8)];
  for (const section of sectionsOf(bytes)) {
    if (section.id !== 2) {
      sections.push(section.whole);
      continue;
    }
    const body = rename(section.body, names, modules);
    sections.push(Buffer.from([2]), leb(body.length), body);
  }
  for (const [name, short] of [...names, ...modules]) {
    const key = new RegExp(`^(\\s+)"?${name.replaceAll(/[.*+?^$()[\]{}|\\/]/g, '\\$&')}"?:`, 'gm');
    if (glue.match(key)?.length !== 1) throw new Error(`the glue does not bring the import ${name} exactly once`);
    glue = glue.replace(key, `$1${short}:`);
  }
  return { wasm: Buffer.concat(sections), glue, names };
}

/** The sections after magic and version. @param {Buffer} bytes */
function* sectionsOf(bytes) {
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
function readLeb(bytes, at) {
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

/** What the standard library and wasm-bindgen say when they panic. Nothing reads it: a panic is a trap here. */
const PANICS = [
  'RefCell already mutably borrowed',
  'RefCell already borrowed',
  'LazyCell instance has previously been poisoned',
  'reentrant init',
  'internal error: entered unreachable code',
  'closure invoked recursively or after being dropped',
  'Tried to shrink to a larger capacity',
  'capacity overflow',
];

/**
 * Blanks what panics would say, and the source paths that they would name: nobody sees them, every visitor would load them,
 * and the paths tell where the module was built. The lengths stay.
 * @param {Uint8Array} wasm
 * @returns {Buffer}
 */
export function blankPanics(wasm) {
  const blank = (/** @type {string} */ text) => '\0'.repeat(text.length);
  let text = Buffer.from(wasm).toString('latin1');
  for (const panic of PANICS) text = text.replaceAll(panic, blank);
  return Buffer.from(text.replaceAll(/\/[\x21-\x7e]+?\.rs(?=[^a-z])/g, blank), 'latin1');
}

/** wasm-bindgen's functions for all browsers and all ways of loading, as they need to be for ours. */
const SHORTER = {
  // Without the way around Safari's limit of 2 GB of decoded text.
  decodeText: 'function decodeText(bytes) { return cachedTextDecoder.decode(bytes); }',
  // Without the loop for ASCII and without growing: strings here are short.
  passStringToWasm0: `function passStringToWasm0(arg, malloc) {
    const bytes = cachedTextEncoder.encode(arg);
    const ptr = malloc(bytes.length, 1) >>> 0;
    getUint8ArrayMemory0().set(bytes, ptr);
    WASM_VECTOR_LEN = bytes.length;
    return ptr;
  }`,
  getUint8ArrayMemory0: `function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0?.buffer !== wasm.memory.buffer) cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    return cachedUint8ArrayMemory0;
  }`,
  // Once, with the bytes.
  initSync: `function initSync({ module }) {
    wasm = new WebAssembly.Instance(new WebAssembly.Module(module), __wbg_get_imports()).exports;
  }`,
};

/** How wasm-bindgen hands a string back: its length and its place, written one by one. */
const RETURNS =
  /getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 1, len1, true\);\s+getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 0, ptr1, true\);/g;

/** Statements that only other browsers need. */
const NEEDLESS = [/^cachedTextDecoder\.decode\(\);$/m, /^if \(!\('encodeInto' in cachedTextEncoder\)\) \{$[^]*?^\}$/m];

/**
 * The glue, without what neither our module nor a browser of the last five years needs.
 * @param {string} glue wasm-bindgen's JavaScript, target web
 */
export function trimGlue(glue) {
  for (const [name, shorter] of Object.entries(SHORTER)) {
    glue = replaceOnce(glue, new RegExp(`^function ${name}\\([^]*?^\\}$`, 'gm'), shorter, name);
  }
  for (const needless of NEEDLESS) glue = replaceOnce(glue, new RegExp(needless.source, 'gm'), '', String(needless));
  // Behind the call: passing the string may have made the memory, and so its buffer, grow.
  return glue
    .replaceAll(RETURNS, 'new Int32Array(wasm.memory.buffer, arg0, 2).set([ptr1, len1]);')
    .replaceAll(/(passStringToWasm0\(\w+, wasm\.\w+), wasm\.\w+\)/g, '$1)');
}

/** @param {string} text @param {RegExp} pattern @param {string} by @param {string} what */
function replaceOnce(text, pattern, by, what) {
  const found = text.match(pattern)?.length ?? 0;
  if (found !== 1) throw new Error(`${what} stands ${found} times in the glue, not once`);
  return text.replace(pattern, () => by);
}
