// What the glue does not need to carry to every visitor. Throws where it does not find what it expects: another version of
// wasm-bindgen must not pass through half trimmed.

/** wasm-bindgen's functions for all browsers and all ways of loading, as they need to be for ours. */
const SHORTER = {
  // Without the way around Safari's limit of 2 GB of decoded text.
  getStringFromWasm0: `function getStringFromWasm0(ptr, len) {
    return cachedTextDecoder.decode(getUint8ArrayMemory0().subarray(ptr, ptr + len));
  }`,
  // Without the loop for ASCII and without growing: strings here are short.
  passStringToWasm0: `function passStringToWasm0(arg, malloc) {
    const bytes = cachedTextEncoder.encode(arg);
    const ptr = malloc(bytes.length, 1);
    getUint8ArrayMemory0().set(bytes, ptr);
    WASM_VECTOR_LEN = bytes.length;
    return ptr;
  }`,
  getUint8ArrayMemory0: `function getUint8ArrayMemory0() {
    if (cachedUint8ArrayMemory0?.buffer !== wasm.memory.buffer) cachedUint8ArrayMemory0 = new Uint8Array(wasm.memory.buffer);
    return cachedUint8ArrayMemory0;
  }`,
  takeObject: `function takeObject(idx) {
    const ret = heap[idx];
    if (idx > 1027) {
      heap[idx] = heap_next;
      heap_next = idx;
    }
    return ret;
  }`,
  // Around the import, once; not at each of its calls.
  handleError: `function handleError(f) {
    return (...args) => {
      try {
        return f(...args);
      } catch (e) {
        wasm.__wbindgen_exn_store(addHeapObject(e));
      }
    };
  }`,
  // Once, with the bytes; or with what stands for them where WebAssembly is forbidden.
  initSync: `function initSync(module) {
    const imports = __wbg_get_imports();
    wasm = module.call ? module(imports) : new WebAssembly.Instance(new WebAssembly.Module(module), imports).exports;
  }`,
};

/** How wasm-bindgen hands a string back: its length and its place, written one by one. */
const RETURNS =
  /getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 1, len1, true\);\s+getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 0, ptr1, true\);/g;

/** The first handles, and those that never change. */
const HEAP = /let heap = new Array\(1024\)\.fill\(undefined\);\s+heap\.push\(undefined, null, true, false\);/g;

/** Our imports have names that no object inherits. */
const PROTOTYPES = /^\s+__proto__: null,\n/gm;

/** What the global object is called. */
const GLOBAL =
  /const ret = typeof globalThis === 'undefined' \? (?:null|undefined) : globalThis;\s+return isLikeNone\(ret\) \? 0 : addHeapObject\(ret\);/g;

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
  glue = replaceOnce(glue, HEAP, 'let heap = Array(1024).concat(undefined, null, true, false);', 'the heap').replaceAll(PROTOTYPES, '');
  glue = replaceOnce(glue, GLOBAL, 'return addHeapObject(globalThis);', 'the global object');
  // Behind the call: passing the string may have made the memory, and so its buffer, grow.
  return glue
    .replaceAll(RETURNS, 'new Int32Array(wasm.memory.buffer, arg0, 2).set([ptr1, len1]);')
    .replaceAll(/(passStringToWasm0\(\w+, wasm\.\w+), wasm\.\w+\)/g, '$1)');
}

/** The same said shorter. @type {[RegExp, string][]} */
const SAID_SHORTER = [
  [/^( {8}\w+): function\(\) \{ return handleError\((function [^]*?^ {8}\}), arguments\); \},$/gm, '$1: handleError($2),'],
  [/^( {8}\w+): function\(/gm, '$1('],
  [/(?<!function )\bisLikeNone\((\w+)\)/g, '$1 == null'],
  // No address is above 2 GB, and no number above 2^31: neither is ever negative.
  [/\b(\w+) >>> 0\b/g, '$1'],
];

/**
 * Says the same in fewer bytes, once the imports have short names.
 * @param {string} glue
 */
export const shortenGlue = (glue) => SAID_SHORTER.reduce((text, [long, short]) => text.replaceAll(long, short), glue);

/** @param {string} text @param {RegExp} pattern @param {string} by @param {string} what */
function replaceOnce(text, pattern, by, what) {
  const found = text.match(pattern)?.length ?? 0;
  if (found !== 1) throw new Error(`${what} stands ${found} times in the glue, not once`);
  return text.replace(pattern, () => by);
}
