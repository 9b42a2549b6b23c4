// One visitor of one tracker's pages, who leaves again and again.
import { SITE } from '../../tests/conformance/trackers/askfirst.mjs';
import { names } from '../../tests/e2e/lib/names.mjs';

/** How a page is left. */
export const KINDS = /** @type {const} */ (['link', 'location', 'close', 'reload']);
/** @typedef {typeof KINDS[number]} Kind */

/** What is kept aside of the messages that ours stores beyond the page, so that what arrives does not owe it to the next page. */
const ASIDE = 'leaves.aside';

/** The key of ours: lines of the minute of the first try and the message as JSON. */
const { queue: QUEUE } = names(SITE);

/** Runs in each page before its scripts. @param {readonly [aside: string, key: string]} keys */
function putAside([aside, key]) {
  try {
    const queue = localStorage.getItem(key);
    if (!queue || localStorage.getItem(`${aside}.off`)) return;
    localStorage.removeItem(key);
    localStorage.setItem(aside, (localStorage.getItem(aside) ?? '') + queue);
  } catch {
    // A page without an address has no storage.
  }
}

export class Leaver {
  /** @type {import('playwright-core').Page | undefined} */
  #page;

  /**
   * @param {import('playwright-core').BrowserContext} context
   * @param {import('../../tests/conformance/lib/site.mjs').Site} site
   * @param {() => unknown} running whether the tracker runs; runs in the page
   */
  constructor(context, site, running) {
    this.context = context;
    this.site = site;
    this.running = running;
  }

  async start() {
    await this.context.addInitScript(putAside, /** @type {const} */ ([ASIDE, QUEUE]));
  }

  async #open() {
    this.#page ??= await this.context.newPage();
    await this.#page.goto(`${this.site.origin}/page`);
    await this.#page.waitForFunction(this.running);
    return this.#page;
  }

  /** Says yes to ours, as a visitor who clicks does. Hits wait until the collector has the grant, and here nobody leaves before. */
  async consent() {
    const page = await this.#open();
    await page.evaluate(() => window.askfirst.consent.grant('anonymous'));
    await page.waitForFunction(() => window.askfirst.consent.status()?.recorded);
  }

  /** Opens the page, fires the event with that mark and leaves at once. @param {Kind} kind @param {string} mark */
  async leave(kind, mark) {
    const page = await this.#open();
    if (kind === 'link') {
      await page.evaluate((mark) => Object.assign(window, { mark }), mark);
      await page.click('#next');
    }
    const fire = (/** @type {string} */ mark) => void (/** @type {any} */ (window).fire(mark));
    if (kind === 'close') {
      await page.evaluate(fire, mark);
      this.#page = undefined;
      await page.close();
    }
    const gone = kind === 'location' || kind === 'reload' ? page.waitForEvent('domcontentloaded') : undefined;
    if (kind === 'location')
      await page.evaluate((mark) => {
        /** @type {any} */ (window).fire(mark);
        location.href = '/blank';
      }, mark);
    if (kind === 'reload')
      await page.evaluate((mark) => {
        /** @type {any} */ (window).fire(mark);
        location.reload();
      }, mark);
    await gone;
  }

  /** Loads one page more, for which ours finds what it stored; how many messages that is. */
  async comeBack() {
    const page = (this.#page ??= await this.context.newPage());
    await page.goto(`${this.site.origin}/blank`);
    const stored = await page.evaluate(
      ([aside, key]) => {
        const lines = localStorage.getItem(aside) ?? '';
        localStorage.setItem(`${aside}.off`, '1');
        localStorage.setItem(key, lines);
        return lines.split('\n').length - 1;
      },
      /** @type {const} */ ([ASIDE, QUEUE]),
    );
    await this.#open();
    return stored;
  }
}
