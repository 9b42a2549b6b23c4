// Firefox, over WebDriver BiDi.
import puppeteer from 'puppeteer-core';

/** @typedef {import('./visit.mjs').Driven} Driven */

/** @param {string} executablePath */
export async function startFirefox(executablePath) {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  /** Profiles open and close one after the other: with two at a time it loses the new one's window. @type {Promise<any>} */
  let last = Promise.resolve();
  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  const inTurn = (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    name: 'Firefox',
    version: (await browser.version()).replace(/^\D+/, ''),
    close: () => browser.close(),
    /** A fresh profile with one tab. @returns {Promise<Driven>} */
    async visitor() {
      const { context, page } = await inTurn(async () => {
        const context = await browser.createBrowserContext();
        return { context, page: await context.newPage() };
      });
      page.setDefaultTimeout(10_000);
      await page.setViewport({ width: 1280, height: 800 });
      /** @type {string[]} */
      const console = [];
      page.on('console', (line) => console.push(line.text()));
      page.on('pageerror', (thrown) => console.push(`thrown: ${thrown}`));
      return {
        console,
        goto: (address) => page.goto(address),
        evaluate: (inside, argument) => page.evaluate(/** @type {any} */ (inside), argument),
        click: (selector, button) => page.click(selector, { button }),
        close: () => inTurn(() => context.close()),
      };
    },
  };
}
