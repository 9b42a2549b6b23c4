// One load of a page by somebody who has never been there.
import { load } from '../lib/load.mjs';

/** Longer than this no load takes: rounds times this is the most that all takes. */
const LOAD = 20_000;

/**
 * @param {import('playwright-core').Browser} chrome
 * @param {string} origin
 * @param {import('../lib/load.mjs').Page} page
 * @param {import('../lib/lines.mjs').Line} line
 */
export async function measure(chrome, origin, page, line) {
  const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    return await load(context, origin, page, line, { timeout: LOAD, more: async () => ({}) });
  } finally {
    await context.close();
  }
}
