// Short names for what the module imports. wasm-bindgen names each import after the function and a hash, some 45 bytes, once
// in the module and once in its glue: with one letter or two instead, the visitor loads some 10 % less.

/**
 * Renames the imports of a module and of the glue that brings them.
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

/**
 * Blanks the source paths that panic messages would name: nobody sees them, every visitor would load them, and they tell
 * where the module was built. The lengths stay.
 * @param {Uint8Array} wasm
 * @returns {Buffer}
 */
export function blankPaths(wasm) {
  const text = Buffer.from(wasm).toString('latin1');
  return Buffer.from(text.replaceAll(/\/[\x21-\x7e]+?\.rs(?=[^a-z])/g, (path) => '\0'.repeat(path.length)), 'latin1');
}
