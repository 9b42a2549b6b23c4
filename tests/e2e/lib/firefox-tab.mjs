// A tab of Firefox, as the tests see one: Puppeteer's page, by the names that driver.d.ts gives.
import { until } from './until.mjs';

/** @typedef {import('puppeteer-core').Page} Page @typedef {import('./driver').Tab} Tab */

/** Keys that go by another name here. @type {Record<string, import('puppeteer-core').KeyInput>} */
const NAMES = { Space: ' ' };

/** @param {string} selector */
const deep = (selector) => selector.replace(/^askfirst-preferences (?=\S)/, 'askfirst-preferences >>> ');

/** @param {Page | import('puppeteer-core').Frame} place @returns {import('./driver').Frame} */
const frame = (place) => ({
  evaluate: (/** @type {any} */ work, /** @type {unknown} */ argument = undefined) => place.evaluate(work, argument),
  click: (selector, { force = false } = {}) => (force ? place.click(deep(selector)) : place.locator(deep(selector)).click()),
});

/** @implements {Tab} */
export class FirefoxTab {
  /** @type {Tab['evaluate']} */
  evaluate;
  /** @type {Tab['click']} */
  click;
  /** @type {Tab['keyboard']} */
  keyboard;
  /** @type {Tab['mouse']} */
  mouse;
  #page;

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    ({ evaluate: this.evaluate, click: this.click } = frame(page));
    const { keyboard, mouse } = page;
    this.keyboard = {
      async press(keys) {
        const [key, ...held] = /** @type {import('puppeteer-core').KeyInput[]} */ (keys.split('+').reverse());
        for (const other of held) await keyboard.down(other);
        if (key) await keyboard.press(NAMES[key] ?? key);
        for (const other of held) await keyboard.up(other);
      },
      type: (text, options) => keyboard.type(text, options),
    };
    this.mouse = {
      move: (x, y) => mouse.move(x, y),
      wheel: (deltaX, deltaY) => mouse.wheel({ deltaX, deltaY }),
    };
  }

  /** @type {Tab['goto']} */
  async goto(address, { waitUntil } = {}) {
    const loaded = this.#page.goto(address);
    if (!waitUntil) return loaded;
    // What becomes of it later is the next step's to see.
    loaded.catch(() => undefined);
    const there = () => this.evaluate(() => location.href).catch(() => undefined);
    return until(async () => (await there()) === address, `the page ${address}`);
  }

  reload() {
    return this.#page.reload();
  }

  async goBack() {
    // Not the page's load event: it may come back as it was left, and have none.
    await this.evaluate(() => history.back());
  }

  bringToFront() {
    return this.#page.bringToFront();
  }

  close() {
    return this.#page.close();
  }

  frames() {
    return this.#page.frames().map(frame);
  }

  /** @param {string} address */
  async waitForURL(address) {
    const there = () => this.evaluate(() => document.readyState === 'complete' && location.href).catch(() => '');
    await until(async () => {
      const at = await there();
      return at && (address.startsWith('**') ? at.endsWith(address.slice(2)) : at === address);
    }, `the page ${address}`);
  }

  /** @param {string} selector */
  waitForSelector(selector) {
    return this.#page.waitForSelector(deep(selector), { visible: true });
  }

  /** @param {() => unknown} holds */
  waitForFunction(holds) {
    return this.#page.waitForFunction(holds);
  }

  /** @param {string} selector */
  async focus(selector) {
    await this.waitForSelector(selector);
    await this.#page.focus(deep(selector));
  }

  /** @param {string} selector */
  async isVisible(selector) {
    return Boolean(await (await this.#page.$(deep(selector)))?.isVisible());
  }

  /** @param {string} selector */
  innerText(selector) {
    return this.$eval(selector, (element) => element.innerText);
  }

  /** @param {string} selector */
  inputValue(selector) {
    return this.$eval(selector, (element) => /** @type {HTMLInputElement} */ (element).value);
  }

  /** @param {string} selector @param {string} name */
  async getAttribute(selector, name) {
    const found = await this.#page.waitForSelector(deep(selector));
    return found?.evaluate((element, name) => element.getAttribute(name), name) ?? null;
  }

  /** @type {Tab['$eval']} */
  $eval(selector, work) {
    return /** @type {Promise<any>} */ (this.#page.$eval(deep(selector), /** @type {any} */ (work)));
  }

  /** @type {Tab['$$eval']} */
  $$eval(selector, work) {
    return /** @type {Promise<any>} */ (this.#page.$$eval(deep(selector), /** @type {any} */ (work)));
  }
}
