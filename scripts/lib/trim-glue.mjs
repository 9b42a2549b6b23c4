// Removes from wasm-bindgen's glue what our module and the browsers of the last five years do not need. wasm-bindgen has no settings
// for it. Throws if a pattern is not found, so that another version of wasm-bindgen cannot pass half trimmed; tests/package/glue.test.mjs
// checks that.
//
// The gains are bytes of brotli in askfirst.js, measured 2026-12 by building with and without each.

/** Shorter versions of wasm-bindgen's functions. */
const SHORTER = {
  // Saves 62 bytes: no workaround for Safari's limit of 2 GB of decoded text.
  getStringFromWasm0: `function getStringFromWasm0(ptr, len) {
    return cachedTextDecoder.decode(getUint8ArrayMemory0().subarray(ptr, ptr + len));
  }`,
  // Saves 190 bytes: no loop for ASCII and no growing, because strings are short here.
  passStringToWasm0: `function passStringToWasm0(arg, malloc) {
    const bytes = cachedTextEncoder.encode(arg);
    const ptr = malloc(bytes.length, 1);
    getUint8ArrayMemory0().set(bytes, ptr);
    WASM_VECTOR_LEN = bytes.length;
    return ptr;
  }`,
  // Saves 55 bytes: no cache, because a view is cheap and strings are few.
  getUint8ArrayMemory0: `function getUint8ArrayMemory0() {
    return new Uint8Array(wasm.memory.buffer);
  }`,
  // Saves 55 bytes.
  takeObject: `function takeObject(idx) {
    const ret = heap[idx];
    if (idx > 1027) {
      heap[idx] = heap_next;
      heap_next = idx;
    }
    return ret;
  }`,
  // Saves 21 bytes, with the first rule of `REWRITES`: wraps the import once, not each call.
  handleError: `function handleError(f) {
    return (...args) => {
      try {
        return f(...args);
      } catch (e) {
        wasm.__wbindgen_exn_store(addHeapObject(e));
      }
    };
  }`,
  // Saves 128 bytes: one way to start. `module` is bytes, a compiled module, or a function if WebAssembly is forbidden (plain.mjs).
  initSync: `function initSync(module) {
    const imports = __wbg_get_imports();
    wasm = module.call
      ? module(imports)
      : new WebAssembly.Instance(module.length ? new WebAssembly.Module(module) : module, imports).exports;
  }`,
};

/** Returning a string: wasm-bindgen writes its length and its address one by one. Saves 73 bytes. */
const RETURNS =
  /getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 1, len1, true\);\s+getDataViewMemory0\(\)\.setInt32\(\(arg0 >>> 0\) \+ 4 \* 0, ptr1, true\);/g;

/** The reserved handles. Saves 40 bytes. */
const HEAP = /let heap = new Array\(1024\)\.fill\(undefined\);\s+heap\.push\(undefined, null, true, false\);/g;

/** No object inherits a property with the name of an import. Saves 31 bytes. */
const PROTOTYPES = /^\s+__proto__: null,\n/gm;

/** Finding the global object. Saves 42 bytes. */
const GLOBAL =
  /const ret = typeof globalThis === 'undefined' \? (?:null|undefined) : globalThis;\s+return isLikeNone\(ret\) \? 0 : addHeapObject\(ret\);/g;

/** Statements that only older browsers need. They save 54 and 56 bytes. */
const NEEDLESS = [/^cachedTextDecoder\.decode\(\);$/m, /^if \(!\('encodeInto' in cachedTextEncoder\)\) \{$[^]*?^\}$/m];

/**
 * The trimmed glue.
 * @param {string} glue wasm-bindgen's JavaScript, target web
 */
export function trimGlue(glue) {
  for (const [name, shorter] of Object.entries(SHORTER)) {
    glue = replaceOnce(glue, new RegExp(`^function ${name}\\([^]*?^\\}$`, 'gm'), shorter, name);
  }
  for (const needless of NEEDLESS) glue = replaceOnce(glue, new RegExp(needless.source, 'gm'), '', String(needless));
  glue = replaceOnce(glue, HEAP, 'let heap = Array(1024).concat(undefined, null, true, false);', 'the heap').replaceAll(PROTOTYPES, '');
  glue = replaceOnce(glue, GLOBAL, 'return addHeapObject(globalThis);', 'the global object');
  return (
    glue
      // After the call: passing the string may have replaced the memory's buffer.
      .replaceAll(RETURNS, 'new Int32Array(wasm.memory.buffer, arg0, 2).set([ptr1, len1]);')
      // Saves 50 bytes: `realloc` is not used any more.
      .replaceAll(/(passStringToWasm0\(\w+, wasm\.\w+), wasm\.\w+\)/g, '$1)')
  );
}

/** Shorter code for the same. They save 21, 41, 18 and 45 bytes. @type {[RegExp, string][]} */
const REWRITES = [
  [/^( {8}\w+): function\(\) \{ return handleError\((function [^]*?^ {8}\}), arguments\); \},$/gm, '$1: handleError($2),'],
  [/^( {8}\w+): function\(/gm, '$1('],
  [/(?<!function )\bisLikeNone\((\w+)\)/g, '$1 == null'],
  // Addresses are below 2 GB and numbers below 2^31, so neither is negative.
  [/\b(\w+) >>> 0\b/g, '$1'],
];

/**
 * Applies `REWRITES`. The imports must have short names.
 * @param {string} glue
 */
export const shortenGlue = (glue) => REWRITES.reduce((text, [long, short]) => text.replaceAll(long, short), glue);

/** @param {string} text @param {RegExp} pattern @param {string} by @param {string} what */
function replaceOnce(text, pattern, by, what) {
  const found = text.match(pattern)?.length ?? 0;
  if (found !== 1) throw new Error(`${what} stands ${found} times in the glue, not once`);
  return text.replace(pattern, () => by);
}
