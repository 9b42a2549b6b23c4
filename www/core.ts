// The entry for those who load the module themselves: `askfirst/core`, with `askfirst/askfirst.wasm` beside it.
import { give } from 'askfirst:payload';
import { consent, forget, identify, page, reset, sent, start, track } from './api';
import { load } from './npm-files';
import type { Options } from './types';
import type { init as Init, Source } from './types-core';

let begun = false;

/** The module, compiled: from an address, from an answer, from bytes, or as it is. */
async function compiled(source: Source | Promise<Source>): Promise<WebAssembly.Module> {
  const given = await source;
  if (given instanceof WebAssembly.Module) return given;
  if (given instanceof ArrayBuffer || ArrayBuffer.isView(given)) return WebAssembly.compile(given);
  const answer = given instanceof Response ? given : await fetch(given);
  if (!answer.ok) throw new Error(`${answer.status} for ${answer.url}`);
  // Not as it streams in: that wants a Content-Type which not every server knows.
  return WebAssembly.compile(await answer.arrayBuffer());
}

export const init: typeof Init = async (options: Options, { module }) => {
  if (typeof document === 'undefined' || begun) return;
  begun = true;
  try {
    give(await compiled(module));
  } catch (error) {
    console.warn("askfirst is off: its module could not be had (is the address right? script-src needs 'wasm-unsafe-eval')", error);
    return;
  }
  await start(options, false, load);
};
export { consent, forget, identify, page, reset, sent, track };
