// What is known before any page is open: imports and functions whose answer never differs answer at once, and what only another
// answer would need can be left out.

/** @typedef {InstanceType<typeof import('binaryen').default.Module>} Module */
/** Finds another function's whole name. @typedef {(name: RegExp) => string} Find */

/** `binaryen.i32`, which is loaded later. */
const I32 = 2;

/** A new body for each of these, by the names that Rust and wasm-bindgen give them. @type {[name: RegExp, body: (module: Module, find: Find) => number][]} */
const SETTLED = [
  // The snippet starts in pages only, where the global object is the window. web-sys looks for it in four places, and keeps it
  // in a thread's memory of its own. `Option<Window>`, by address.
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
  // A panic ends the module; nobody reads what it would say.
  [/__wbg___wbindgen_throw_[0-9a-f]+$/, (module) => module.unreachable()],
  // No future runs in it.
  [/::jspi::task_waker::raw_(clone|wake|wake_by_ref|drop)$/, (module) => module.unreachable()],
];

/**
 * The module with these functions settled.
 * @param {Uint8Array} wasm with the functions' names
 * @throws {Error} where one is missing or looks different: another version of its crate must not pass through half done
 */
export async function settle(wasm) {
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
  for (const [pattern, body] of SETTLED) {
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
  if (!module.validate()) throw new Error('the settled module is not valid');
  // With their names: which function is how large, can be asked of them later.
  binaryen.setDebugInfo(true);
  const settled = module.emitBinary();
  module.dispose();
  return settled;
}
