// Firefox, over WebDriver BiDi: a visitor with a fresh profile, and what the browser can tell of it.
import puppeteer from 'puppeteer-core';
import { after } from 'node:test';
import { NO_FIREFOX, firefox } from '../../../scripts/lib/browser.mjs';
import { Failure } from '../../../scripts/lib/run.mjs';
import { until } from './stage.mjs';

const executablePath = await firefox();
// Where everything has to hold, nothing is left out in silence.
if (!executablePath && process.env.CI === 'true') throw new Failure(NO_FIREFOX);

/** Why the tests in Firefox are skipped; false where they run. */
export const noFirefox = executablePath ? false : NO_FIREFOX;

/** A profile whose owner turned Global Privacy Control on. */
export const GPC = { 'privacy.globalprivacycontrol.enabled': true, 'privacy.globalprivacycontrol.functionality.enabled': true };

/** One browser for each set of preferences, started when it is first wanted. @type {Map<object, Promise<import('puppeteer-core').Browser>>} */
const browsers = new Map();
/** @type {Record<string, unknown>} */
const PLAIN = {};

/** @param {Record<string, unknown>} extraPrefsFirefox */
function start(extraPrefsFirefox) {
  const known = browsers.get(extraPrefsFirefox);
  if (known) return known;
  const started = puppeteer.launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox });
  browsers.set(extraPrefsFirefox, started);
  return started;
}

after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});

export class FirefoxVisitor {
  /** What was thrown and not caught. @type {string[]} */
  errors = [];

  /** @param {import('puppeteer-core').BrowserContext} context @param {import('puppeteer-core').Page} page */
  constructor(context, page) {
    this.context = context;
    this.page = page;
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => this.errors.push(String(error)));
  }

  /** Goes to a page, and waits until the snippet runs there. @param {string} address */
  async open(address) {
    await this.page.goto(address);
    await this.runs();
    return this.page;
  }

  async reload() {
    await this.page.reload();
    await this.runs();
  }

  runs() {
    return until(() => this.status(), 'askfirst runs');
  }

  /** `askfirst.consent.status()` @returns {Promise<any>} */
  status() {
    return this.page.evaluate(() => /** @type {any} */ (window).askfirst?.consent?.status());
  }

  /** How much of the banner shows: asking, closed …; undefined where there is none. */
  banner() {
    return this.page.evaluate(() => document.querySelector('askfirst-consent')?.getAttribute('data-shown') ?? undefined);
  }

  /** Clicks a button of the banner as a person does. @param {string} button */
  click(button) {
    return this.page.click(`askfirst-consent [data-askfirst=${button}]`);
  }

  /** Clicks it as a script does. @param {string} button */
  clickByScript(button) {
    return this.page.evaluate((name) => /** @type {HTMLElement} */ (document.querySelector(`[data-askfirst=${name}]`)).click(), button);
  }

  /**
   * Withdraws as a person does: by the control, and then by what refuses behind it. That is a button of the banner, or in the
   * preferences the choice to be counted without cookies.
   */
  async withdraw() {
    await this.click('manage');
    const way = await this.page.waitForFunction(() => {
      const dialog = document.querySelector('askfirst-preferences')?.shadowRoot?.querySelector('dialog');
      if (dialog?.open) return 'dialog';
      return document.querySelector('askfirst-consent [data-askfirst=reject]')?.checkVisibility() ? 'banner' : undefined;
    });
    if ((await way.jsonValue()) === 'banner') return this.click('reject');
    await this.page.click('askfirst-preferences >>> [data-level=aggregated]');
  }

  /** Cookies of the profile, as `name=value`. */
  async cookies() {
    return (await this.context.cookies()).map(({ name, value }) => `${name}=${value}`);
  }

  /** Everything that lies on the device for the open page's origin; empty where nothing does. */
  async device() {
    const found = await this.page.evaluate(async () => [
      ...Object.entries(localStorage).map((entry) => `localStorage ${entry}`),
      ...Object.entries(sessionStorage).map((entry) => `sessionStorage ${entry}`),
      ...(await indexedDB.databases()).map(({ name }) => `indexedDB ${name}`),
      ...(await caches.keys()).map((name) => `cache ${name}`),
      ...((await navigator.serviceWorker?.getRegistrations()) ?? []).map(({ scope }) => `service worker ${scope}`),
      ...(window.name ? [`name ${window.name}`] : []),
    ]);
    return [...found, ...(await this.cookies()).map((cookie) => `cookie ${cookie}`)];
  }
}

/**
 * A visitor with a fresh profile, who leaves when the test is over.
 * @param {import('node:test').TestContext} t
 * @param {Record<string, unknown>} [preferences] of the browser
 */
export async function firefoxVisitor(t, preferences = PLAIN) {
  const context = await (await start(preferences)).createBrowserContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  return new FirefoxVisitor(context, page);
}
