// Chromium, as the cases want it: with a back/forward cache, which the tool that drives it switches off by default.
import { chromium } from 'playwright-core';
import { FLAGS, knownBrowser } from '../../../scripts/lib/browser.mjs';
import { WITHOUT_COMPILER, isAttempt } from '../../e2e/lib/wasm.mjs';

/** @typedef {import('./visit.mjs').Driven} Driven */

/** What it calls itself: some trackers take a browser without a window for a robot. */
export const AGENT = '--user-agent=Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

export async function startChromium() {
  const browser = await chromium.launch({
    executablePath: await knownBrowser(),
    args: [...FLAGS, AGENT, ...(WITHOUT_COMPILER ? ['--js-flags=--jitless'] : [])],
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
  return {
    name: 'Chromium',
    version: browser.version(),
    close: () => browser.close(),
    /** A fresh profile with one tab. @returns {Promise<Driven>} */
    async visitor() {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      context.setDefaultTimeout(10_000);
      /** @type {string[]} */
      const console = [];
      context.on('console', (line) => isAttempt(line.text()) || console.push(line.text()));
      context.on('weberror', (thrown) => console.push(`thrown: ${thrown.error()}`));
      const page = await context.newPage();
      return {
        console,
        goto: (address) => page.goto(address),
        evaluate: (inside, argument) => page.evaluate(/** @type {any} */ (inside), argument),
        click: (selector, button) => page.click(selector, { button, noWaitAfter: true }),
        close: () => context.close(),
      };
    },
  };
}
