// npm run screenshots: the pictures in docs/images/, of the demo site and of the report page, from the real thing.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS, browser } from './lib/browser.mjs';
import { buildCollector, collector } from './lib/collector.mjs';
import { Failure, main, root, say } from './lib/run.mjs';
import { buildSnippet } from './lib/snippet.mjs';

const images = join(root, 'docs', 'images');
const DESKTOP = { width: 1280, height: 800 };
const PHONE_OPTIONS = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page */
const opened = (page) => page.locator('askfirst-preferences dialog[open]').waitFor();

/** @param {Page} page */
async function preferences(page) {
  await page.click('[data-askfirst=accept]');
  await page.click('[data-askfirst=manage]');
  await opened(page);
}

/** @param {Page} page */
async function askForFull(page) {
  await page.click('[data-askfirst=accept]');
  await page.evaluate(() => void (/** @type {any} */ (window).askfirst.consent.ask('full')));
  await opened(page);
}

/**
 * A collector on free ports, with the demo.
 * @param {string} data
 * @returns {Promise<{ demo: string, reports: string, stop: () => void }>}
 */
function serve(data) {
  const any = '127.0.0.1:0';
  const args = ['serve', '--demo', 'www/demo', '--data', data, '--public', any, '--private', any, '--log', 'error'];
  const child = spawn(collector, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [demo, reports] = [/demo +(http:\S+)/.exec(said)?.[1], /reports +(http:\S+)/.exec(said)?.[1]];
      if (demo && reports) resolve({ demo, reports, stop: () => child.kill() });
    });
    child.on('exit', () => reject(new Failure('the collector ended')));
  });
}

/** What some visitors did, so that the report has something to show: a batch for each. @param {string} origin */
async function visits(origin) {
  const pages = ['/demo/', '/demo/plans/', '/demo/journal/', '/demo/journal/first-frost/', '/demo/contact/'];
  const referrers = ['search.example', undefined, 'www.gardens.example', 'news.example', 'mastodon.example'];
  const viewports = ['large', 'small', 'wide', 'medium'];
  const plans = ['team', 'pro', 'free'];
  let drawn = 0;
  /** The same pictures each time: no chance, but spread like it, and what stands first comes most. @template T @param {T[]} list @returns {T} */
  const some = (list) => /** @type {T} */ (list[Math.floor(list.length * ((drawn++ * 0.618034) % 1) ** 2)]);
  for (let index = 0; index < 240; index += 1) {
    const viewport = some(viewports);
    const campaign = index % 7 ? {} : { source: 'newsletter', campaign: 'autumn' };
    const first = { page: some(pages), viewport, entry: true, referrer: some(referrers), ...campaign };
    const hits = [{ view: first }, ...(index % 2 ? [{ view: { page: some(pages), viewport } }] : [])];
    const events = index % 6 ? [] : [{ event: { name: some(['plan', 'signup']), page: '/demo/plans/', props: { plan: some(plans) } } }];
    const body = { v: 2, site: 'demo', level: 'aggregated', batch: index.toString(16).padStart(16, '0'), hits: [...hits, ...events] };
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0' };
    const answer = await fetch(`${origin}/collect`, { method: 'POST', body: JSON.stringify(body), headers });
    if (!answer.ok) throw new Failure(`the collector refused a visit: ${await answer.text()}`);
  }
}

main(async () => {
  await buildSnippet();
  await buildCollector();
  const executablePath = await browser();
  const { chromium } = await import('playwright-core');
  const data = mkdtempSync(join(tmpdir(), 'askfirst-pictures-'));
  mkdirSync(images, { recursive: true });
  const { demo, reports, stop } = await serve(data);
  const chrome = await chromium.launch({ executablePath, args: [...FLAGS, '--hide-scrollbars'] });
  try {
    /**
     * @param {string} name
     * @param {string} address
     * @param {import('playwright-core').BrowserContextOptions} options
     * @param {(page: Page) => Promise<unknown>} [act]
     * @param {string} [attributes] more of them for the script tag
     */
    const picture = async (name, address, options, act, attributes = '') => {
      const context = await chrome.newContext({ reducedMotion: 'reduce', ...options });
      const page = await context.newPage();
      if (attributes) {
        await page.route(address, async (route) => {
          const answer = await route.fetch();
          await route.fulfill({
            response: answer,
            body: (await answer.text()).replace('data-site="demo"', `data-site="demo" ${attributes}`),
          });
        });
      }
      await page.goto(address);
      if (address.startsWith(demo)) await page.locator('askfirst-consent h2').waitFor({ state: 'attached' });
      await act?.(page);
      // The panel draws once more when answers have come in.
      await page.waitForTimeout(700);
      await page.screenshot({ path: join(images, `${name}.png`) });
      await context.close();
      process.stdout.write(`  docs/images/${name}.png\n`);
    };
    say('Taking pictures');
    await picture('banner', demo, { viewport: DESKTOP });
    await picture('banner-dark', demo, { viewport: DESKTOP, colorScheme: 'dark' });
    await picture('banner-phone', demo, PHONE_OPTIONS);
    await picture('banner-bar', demo, { viewport: DESKTOP }, undefined, 'data-placement="bottom"');
    await picture('banner-arabic', demo, { viewport: DESKTOP }, undefined, 'data-placement="right" data-lang="ar"');
    await picture('banner-closed', demo, { viewport: DESKTOP }, (page) => page.click('[data-askfirst=reject]'));
    await picture('preferences', demo, { viewport: DESKTOP }, preferences);
    await picture('preferences-dark', demo, { viewport: DESKTOP, colorScheme: 'dark' }, preferences, 'data-lang="de"');
    await picture('preferences-phone', demo, PHONE_OPTIONS, preferences);
    await picture('preferences-forced-colours', demo, { viewport: DESKTOP, forcedColors: 'active', colorScheme: 'dark' }, preferences);
    await picture('full', demo, { viewport: DESKTOP }, askForFull, 'data-level="full"');
    await picture('demo', `${demo}plans/`, { viewport: DESKTOP }, async (page) => {
      await page.click('[data-askfirst=accept]');
      await page.click('[data-do=plan]');
      await page.mouse.move(0, 0);
      // The event waits for company, and the panel for the answer.
      await page.waitForFunction(() => /event plan/.test(document.querySelector('.log')?.textContent ?? ''));
    });
    await visits(new URL(demo).origin);
    await picture('report', `${reports}/?site=demo&days=7`, { viewport: { width: 1280, height: 900 } });
  } finally {
    await chrome.close();
    stop();
    rmSync(data, { recursive: true, force: true });
  }
});
