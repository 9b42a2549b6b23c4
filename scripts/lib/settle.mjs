// Imports whose answer is known before any page is open: they become functions of the module, and what only another answer
// would need can be left out.

/** @typedef {InstanceType<typeof import('binaryen').default.Module>} Module */

/** What they answer, by the names that wasm-bindgen gives them. @type {[name: RegExp, answer: (module: Module) => number][]} */
const SETTLED = [
  // Every browser has globalThis; the other ways to the page's global object are not gone.
  [/^__wbg_static_accessor_(GLOBAL|SELF|WINDOW)_[0-9a-f]+$/, (module) => module.i32.const(0)],
  // The snippet starts in pages only.
  [/^__wbg_instanceof_Window_/, (module) => module.i32.const(1)],
  // A panic ends the module; nobody reads what it would say.
  [/^__wbg___wbindgen_throw_/, (module) => module.unreachable()],
];

/**
 * The module with these imports settled.
 * @param {Uint8Array} wasm
 * @throws {Error} where one is missing: another version of wasm-bindgen must not pass through half done
 */
export async function settle(wasm) {
  // Only now: a fresh checkout installs it first.
  const { default: binaryen } = await import('binaryen');
  const module = binaryen.readBinary(wasm);
  const { BulkMemory, SignExt, NontrappingFPToInt, MutableGlobals } = binaryen.Features;
  module.setFeatures(BulkMemory | SignExt | NontrappingFPToInt | MutableGlobals);
  const all = Array.from({ length: module.getNumFunctions() }, (_, index) => binaryen.getFunctionInfo(module.getFunctionByIndex(index)));
  for (const [name, answer] of SETTLED) {
    const imports = all.filter(({ module: from, base }) => from && name.test(base ?? ''));
    if (!imports.length) throw new Error(`the module imports nothing like ${name}`);
    for (const { name, params, results } of imports) {
      module.removeFunction(name);
      module.addFunction(name, params, results, [], answer(module));
    }
  }
  const settled = module.emitBinary();
  module.dispose();
  return settled;
}
