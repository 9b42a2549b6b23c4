// The entry for those who load the module themselves: `askfirst/core`, with `askfirst/askfirst.wasm` beside it.
import { give } from 'askfirst:payload';
import { consent, forget, identify, page, reset, sent, track } from './api';
import { load } from './npm-files';
import { start } from './start';
import type { Options } from './types';
import type { init as Init, Source } from './types-core';

let begun = false;

/** The module, compiled: from an address, from an answer, from bytes, or as it is. */
async function compiled(source: Source | Promise<Source>): Promise<WebAssembly.Module> {
  const given = await source;
  const answer = typeof given === 'string' || given instanceof URL ? await fetch(given) : given;
  if (answer instanceof Response && !answer.ok) throw new Error(`${answer.status} for ${answer.url}`);
  // Not as it streams in: that wants a Content-Type which not every server knows.
  const module = answer instanceof Response ? await answer.arrayBuffer() : answer;
  if (!(module instanceof ArrayBuffer) && !ArrayBuffer.isView(module)) return module;
  return WebAssembly.compile(module as BufferSource);
}

export const init: typeof Init = async (options: Options, { module }) => {
  if (typeof document === 'undefined' || begun) return;
  begun = true;
  try {
    give(await compiled(module));
  } catch (error) {
    // Where WebAssembly is forbidden, what stands for it is loaded (www/start.ts).
    if (typeof WebAssembly === 'object' && !(error instanceof WebAssembly.CompileError)) {
      return console.warn('askfirst is off: its module cannot be loaded', error);
    }
  }
  await start(options, false, load);
};
export { consent, forget, identify, page, reset, sent, track };
