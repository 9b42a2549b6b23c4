// Replaces functions of the module whose result is known at build time, so that wasm-opt can remove what they call. No setting of
// wasm-bindgen or wasm-opt does this.
//
// The gains are bytes of brotli in askfirst.js, measured 2026-12 by building with and without each.

/** @typedef {InstanceType<typeof import('binaryen').default.Module>} Module */
/** Finds another function's whole name. @typedef {(name: RegExp) => string} Find */

/** `binaryen.i32`, which is loaded later. */
const I32 = 2;

/** A new body for each of these, by the names that Rust and wasm-bindgen give them. @type {[name: RegExp, body: (module: Module, find: Find) => number][]} */
const STUBS = [
  // Saves 514 bytes. The snippet only runs in pages, where the global object is the window. web-sys looks in four places and
  // caches the result. The function returns `Option<Window>` by address.
  [
    /^web_sys\S*::window$/,
    (module, find) => {
      const to = () => module.local.get(0, I32);
      return module.block(null, [
        module.i32.store(4, 4, to(), module.call(find(/static_accessor_GLOBAL_THIS_[0-9a-f]+$/), [], I32)),
        module.i32.store(0, 4, to(), module.i32.const(1)),
      ]);
    },
  ],
  // Saves 55 bytes. A panic ends the module; its message is not shown.
  [/__wbg___wbindgen_throw_[0-9a-f]+$/, (module) => module.unreachable()],
];

/**
 * The module with these functions replaced.
 * @param {Uint8Array} wasm with the functions' names
 * @throws {Error} if one is missing: another version of its crate needs another stub
 */
export async function stubFunctions(wasm) {
  // Only now: a fresh checkout installs it first.
  const { default: binaryen } = await import('binaryen');
  const module = binaryen.readBinary(wasm);
  const { BulkMemory, BulkMemoryOpt, SignExt, NontrappingFPToInt, MutableGlobals } = binaryen.Features;
  module.setFeatures(BulkMemory | BulkMemoryOpt | SignExt | NontrappingFPToInt | MutableGlobals);
  const all = Array.from({ length: module.getNumFunctions() }, (_, index) => binaryen.getFunctionInfo(module.getFunctionByIndex(index)));
  /** @param {RegExp} pattern */
  const matching = (pattern) => {
    const found = all.filter(({ name }) => pattern.test(name));
    if (!found.length) throw new Error(`the module has no function like ${pattern}`);
    return found;
  };
  for (const [pattern, body] of STUBS) {
    for (const { name, params, results } of matching(pattern)) {
      module.removeFunction(name);
      module.addFunction(
        name,
        params,
        results,
        [],
        body(module, (other) => matching(other)[0]?.name ?? ''),
      );
    }
  }
  if (!module.validate()) throw new Error('the changed module is not valid');
  // Keep the functions' names, for `npm run size -- --why`.
  binaryen.setDebugInfo(true);
  const changed = module.emitBinary();
  module.dispose();
  return changed;
}
