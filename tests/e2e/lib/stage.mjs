// One test's stage: a collector, the site's pages, and visitors, each with a fresh profile.
import { chromium } from 'playwright-core';
import { after } from 'node:test';
import { FLAGS, knownBrowser } from '../../../scripts/lib/browser.mjs';
import { Collector } from './collector.mjs';
import { Front } from './front.mjs';
import { Visitor } from './visitor.mjs';

/** What the browser calls itself; the mark in it is looked for in what the collector writes. */
export const AGENT_MARK = 'VisitorsBrowser77';
const AGENT = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 ${AGENT_MARK}`;

/** @type {Promise<import('playwright-core').Browser> | undefined} */
let browser;

/** The browser of this test file, started when it is first wanted. */
function start() {
  browser ??= (async () =>
    chromium.launch({
      executablePath: await knownBrowser(),
      // news.example is another site than localhost, and does not exist.
      args: [...FLAGS, `--user-agent=${AGENT}`, '--host-resolver-rules=MAP *.example 127.0.0.1'],
    }))();
  return browser;
}

after(async () => (await browser)?.close());

/** Where a test takes place. */
export class Stage {
  collector = new Collector();
  /** @type {import('./pages.mjs').Site} */
  site = { attributes: { 'data-site': 'shop.example', 'data-policy': '/policy', 'data-local': 'on' }, headers: {}, head: '' };
  front = new Front(this.collector, this.site);
  /** @type {Visitor[]} */
  #visitors = [];

  /** The address of a page on the collector's own origin. @param {string} path */
  own = (path) => `${this.front.origin}${path}`;

  /** The address of a page on the site's origin, which is another one than the collector's. @param {string} path */
  page = (path) => `${this.front.site}${path}`;

  /** The same page, under another site's name. @param {string} path */
  elsewhere = (path) => this.page(path).replace('localhost', 'news.example');

  /** A visitor with a fresh profile. @param {import('playwright-core').BrowserContextOptions} [options] */
  async visitor(options) {
    const context = await (await start()).newContext(options);
    const visitor = new Visitor(this, context);
    this.#visitors.push(visitor);
    return visitor;
  }

  async close() {
    for (const { context } of this.#visitors) await context.close();
    await this.front.stop();
    await this.collector.remove();
  }
}

/**
 * Sets a stage, and clears it when the test is over.
 * @param {import('node:test').TestContext} t
 * @param {Record<string, string>} [attributes] more attributes of the script tag
 */
export async function stage(t, attributes = {}) {
  const made = new Stage();
  Object.assign(made.site.attributes, attributes);
  t.after(() => made.close());
  await made.collector.start();
  await made.front.start();
  return made;
}

/** Waits until something holds; fails where it does not within twenty seconds. @param {() => unknown} holds @param {string} what */
export async function until(holds, what) {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Longer than hits wait for company: whatever is to be sent has been sent by then. */
export const quiet = (milliseconds = 2_600) => new Promise((resolve) => setTimeout(resolve, milliseconds));
