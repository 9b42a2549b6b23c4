// A visitor: a fresh profile, its pages, and all that the browser can tell of them.
import { names } from './names.mjs';
import { until } from './until.mjs';

/** @typedef {import('./driver').Tab} Tab */
/** What lies on the device for one origin. @typedef {Record<string, unknown>} Device */

/** An id, as the script makes them; numbers of batches under an id look the same. */
export const ID = /\b[0-9a-f]{32}\b/;

export class Visitor {
  /** @type {Tab | undefined} */
  #page;
  #gone = false;

  /**
   * @param {import('./stage.mjs').Stage} stage
   * @param {import('./driver').Profile} context
   * @param {import('./driver').Heard} heard
   */
  constructor(stage, context, heard) {
    this.stage = stage;
    this.context = context;
    this.console = heard.console;
    this.errors = heard.errors;
    this.requests = heard.requests;
    this.failures = heard.failures;
  }

  /** Closes all tabs, for good. */
  async leave() {
    if (this.#gone) return;
    this.#gone = true;
    await this.context.close();
  }

  /** askfirst's own lines on the console. What the browser itself says of a failed request is not ours. */
  get warnings() {
    return this.console.filter((line) => line.includes('askfirst') && !line.includes('Failed to load resource'));
  }

  /** The page that is open. */
  get page() {
    if (!this.#page) throw new Error('no page is open');
    return this.#page;
  }

  /** Opens a new tab. */
  async tab() {
    this.#page = await this.context.newPage();
    return this.#page;
  }

  /** Goes to a page, in the open tab. @param {string} address @param {{ runs?: boolean }} [options] whether the snippet is to run there */
  async open(address, { runs = true } = {}) {
    if (!this.#page) await this.tab();
    await this.page.goto(address);
    if (runs) await this.#runs(address);
    return this.page;
  }

  /** Follows a link on another site's page, so that the page has that referrer. @param {string} from @param {string} address */
  async come(from, address) {
    await this.open(from, { runs: false });
    await this.page.evaluate((/** @type {string} */ href) => {
      const link = document.createElement('a');
      link.href = href;
      document.body.append(link);
      link.click();
    }, address);
    await this.page.waitForURL(address);
    await this.#runs(address);
    return this.page;
  }

  /**
   * Until it has started, drawn its banner and counted the page: all of which it does before a task that is no more urgent than its
   * own, and asked for later.
   * @param {string} address
   */
  async #runs(address) {
    await until(() => this.status(), `askfirst runs on ${address}; the console: ${this.console.join('\n')}`);
    await this.page.evaluate(
      () => new Promise((done) => window.scheduler?.postTask?.(() => done(undefined), { priority: 'background' }) ?? setTimeout(done)),
    );
  }

  /** `askfirst.consent.status()` @returns {Promise<any>} */
  status(page = this.page) {
    return page.evaluate(() => /** @type {any} */ (window).askfirst?.consent?.status());
  }

  /** `askfirst.sent()` @returns {Promise<any[]>} */
  sent() {
    return this.page.evaluate(() => /** @type {any} */ (window).askfirst.sent());
  }

  /** @param {string} name @param {object} [props] */
  track(name, props) {
    return this.page.evaluate(
      ([name, props]) => /** @type {any} */ (window).askfirst.track(name, props),
      /** @type {const} */ ([name, props]),
    );
  }

  /** Clicks a button of the banner as a person does. @param {'accept' | 'reject' | 'settings' | 'manage'} button */
  async click(button) {
    await this.page.click(`askfirst-consent [data-askfirst=${button}]`);
  }

  /** Clicks it as a script does. @param {'accept' | 'reject'} button */
  clickByScript(button) {
    return this.page.evaluate((name) => /** @type {HTMLElement} */ (document.querySelector(`[data-askfirst=${name}]`)).click(), button);
  }

  /** Refuses, and then to be counted at all, as a person does: that choice stands behind the control. */
  async object() {
    await this.click('reject');
    await this.choose('none');
  }

  /** Chooses a level in the preferences, as a person does. @param {'none' | 'aggregated' | 'anonymous' | 'full'} level */
  async choose(level) {
    const asking = (await this.banner()) === 'asking';
    await this.click(asking ? 'settings' : 'manage');
    await this.page.click(`askfirst-preferences [data-level=${level}]`);
  }

  /** What an act in the open page downloads. @param {() => Promise<unknown>} act */
  download(act) {
    return this.stage.engine.download(this.page, act);
  }

  /** How much of the banner shows: hidden, asking or closed; nothing where there is none. */
  banner(page = this.page) {
    return page.evaluate(() => document.querySelector('askfirst-consent')?.getAttribute('data-shown') ?? undefined);
  }

  /** Until the collector has the grant, and the page knows it. */
  async recorded(page = this.page) {
    const holds = async () => {
      const { state, recorded } = (await this.status(page)) ?? {};
      return state === 'granted' && recorded;
    };
    await until(holds, 'the collector has recorded the grant');
  }

  /** The names of what the site of the page's tag keeps on the device. */
  get names() {
    return names(this.stage.site.attributes['data-site'] ?? '');
  }

  /** A cookie's value. @param {string} name */
  async cookie(name) {
    return (await this.context.cookies()).find((cookie) => cookie.name === name)?.value;
  }

  /** The visitor's id in the cookie. */
  id({ id } = this.names) {
    return this.cookie(id);
  }

  /** The choice that is kept in localStorage. @returns {Promise<string>} */
  choice(page = this.page) {
    return page.evaluate((name) => localStorage.getItem(name) ?? '', this.names.choice);
  }

  /** Everything that lies on the device for the open page's origin; empty where nothing does. @returns {Promise<Device>} */
  async device() {
    /** @type {Device} */
    const found = await this.page.evaluate(async () => ({
      localStorage: { ...localStorage },
      sessionStorage: { ...sessionStorage },
      indexedDB: await indexedDB.databases(),
      caches: 'caches' in window ? await caches.keys() : [],
      serviceWorkers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
      name: window.name,
    }));
    found.cookies = (await this.context.cookies()).map(({ name, value }) => `${name}=${value}`);
    return Object.fromEntries(
      Object.entries(found).filter(([, value]) => value && Object.keys(Object(value)).length + Number(value === 1)),
    );
  }
}
