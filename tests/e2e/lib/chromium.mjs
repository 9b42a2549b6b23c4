// Chromium, over Playwright: its contexts are profiles and its pages are tabs, as they are.
import { chromium as playwright } from 'playwright-core';
import { FLAGS, knownBrowser } from '../../../scripts/lib/browser.mjs';
import { WITHOUT_COMPILER, isAttempt } from './wasm.mjs';

/** @typedef {import('./driver').Profile} Profile */

/** What the browser calls itself; the mark in it is looked for in what the collector writes. */
export const AGENT_MARK = 'VisitorsBrowser77';
const AGENT = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 ${AGENT_MARK}`;

/** @type {Promise<import('playwright-core').Browser> | undefined} */
let browser;

/** How it is started. */
export const launchOptions = async () => ({
  executablePath: await knownBrowser(),
  // news.example is another site than localhost, and does not exist.
  args: [
    ...FLAGS,
    `--user-agent=${AGENT}`,
    '--host-resolver-rules=MAP *.example 127.0.0.1',
    ...(WITHOUT_COMPILER ? ['--js-flags=--jitless'] : []),
  ],
});

/** The one that runs for all test files (serve.mjs), or one of this file's own. */
function start() {
  const shared = process.env.ASKFIRST_CHROMIUM;
  browser ??= shared ? playwright.connect(shared) : launchOptions().then((options) => playwright.launch(options));
  return browser;
}

/** @type {import('./driver').Engine} */
export const chromium = {
  name: 'Chromium',
  missing: false,

  async profile(wishes, heard) {
    const context = await (await start()).newContext(wishes);
    context.setDefaultTimeout(10_000);
    context.on('request', (request) => heard.requests.push(request.url()));
    context.on('requestfailed', (request) => {
      const why = request.failure()?.errorText;
      if (why !== 'net::ERR_ABORTED') heard.failures.push(`${request.url()} ${why}`);
    });
    context.on('console', (line) => isAttempt(line.text()) || heard.console.push(`${line.type()}: ${line.text()}`));
    context.on('weberror', (thrown) => heard.errors.push(String(thrown.error())));
    return /** @type {Profile} */ (/** @type {unknown} */ (context));
  },

  async download(tab, act) {
    const page = playwrightPage(tab);
    const [download] = await Promise.all([page.waitForEvent('download'), act()]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString() };
  },

  async empty(tab, origins) {
    const page = playwrightPage(tab);
    // By the page first: what it wrote last may not have reached the place that is emptied then.
    await page.evaluate(() => localStorage.clear());
    await page.goto('about:blank');
    const session = await page.context().newCDPSession(page);
    for (const origin of origins) await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await session.send('Network.clearBrowserCache');
    await session.detach();
    await page.context().clearCookies();
  },

  async end() {
    await (await browser)?.close();
  },
};

/** A tab of Chromium with all that Playwright can do, for tests that run only there. @param {import('./driver').Tab} tab */
export const playwrightPage = (tab) => /** @type {import('playwright-core').Page} */ (/** @type {unknown} */ (tab));
