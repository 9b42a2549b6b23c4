// Firefox, over WebDriver BiDi: contexts are profiles; what can be set of a context in Chromium is here a setting of the browser,
// and so there is one browser for each set of settings.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_FIREFOX, knownFirefox } from '../../../scripts/lib/browser.mjs';
import { FirefoxTab } from './firefox-tab.mjs';
import { tellShifts } from './looks.mjs';
import { until } from './until.mjs';
import { WITHOUT_COMPILER } from './wasm.mjs';

/** @typedef {import('./driver').Profile} Profile @typedef {import('./driver').Wishes} Wishes */
/** @typedef {Record<string, string | number | boolean>} Preferences */

const executablePath = knownFirefox();

/** A profile whose owner turned Global Privacy Control on. */
export const GPC = { 'privacy.globalprivacycontrol.enabled': true, 'privacy.globalprivacycontrol.functionality.enabled': true };

/** @type {Preferences} */
const ALWAYS = {
  // Hosts that do not exist.
  'network.dns.localDomains': 'news.example,www.hosts.example,blog.hosts.example,stats.hosts.example',
  // Nobody answers there by https.
  'dom.security.https_first': false,
};

/** @param {Wishes} wishes @returns {Preferences} */
const settings = ({ colorScheme, forcedColors, preferences }) => ({
  ...ALWAYS,
  ...(WITHOUT_COMPILER && { 'javascript.options.wasm': false }),
  ...(colorScheme === 'dark' && { 'layout.css.prefers-color-scheme.content-override': 0 }),
  ...(forcedColors && { 'browser.display.document_color_use': 2 }),
  ...preferences,
});

/** What the browser itself reports, of a policy, a hash, or a file that it did not take; it comes by the same way as what was thrown. */
const REPORTED = /^Error: (Content-Security-Policy|None of the “|The resource from “|Cross-Origin Request Blocked)/;

/** Loaded when a Firefox is wanted: it takes half a second. */
const puppeteer = async () => (await import('puppeteer-core')).default;

/** A browser, where its downloads go, and how this file's use of it ends. @typedef {{ browser: import('puppeteer-core').Browser, downloads: string, end: () => Promise<unknown> }} Running */

/** The browsers that run, by their settings. @type {Map<string, Promise<Running>>} */
const browsers = new Map();

/** Starts one, with these settings. @param {Preferences} preferences @returns {Promise<Running>} */
export async function launch(preferences = settings({})) {
  const downloads = mkdtempSync(join(tmpdir(), 'askfirst-downloads-'));
  const extraPrefsFirefox = { ...preferences, 'browser.download.folderList': 2, 'browser.download.dir': downloads };
  const browser = await (await puppeteer()).launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox });
  const end = async () => {
    await browser.close();
    rmSync(downloads, { recursive: true, force: true });
  };
  return { browser, downloads, end };
}

/**
 * The one that runs for all test files (serve.mjs), if it can be had: it takes one session at a time, and keeps that of a process
 * that was killed.
 * @returns {Promise<Running | undefined>}
 */
async function shared() {
  const { ASKFIRST_FIREFOX: browserWSEndpoint, ASKFIRST_DOWNLOADS: downloads = '' } = process.env;
  if (!browserWSEndpoint) return undefined;
  try {
    const browser = await (await puppeteer()).connect({ browserWSEndpoint, protocol: 'webDriverBiDi' });
    return { browser, downloads, end: () => browser.disconnect() };
  } catch {
    return undefined;
  }
}

/** @param {Preferences} preferences */
function start(preferences) {
  const name = JSON.stringify(preferences);
  const usual = name === JSON.stringify(settings({}));
  const running = browsers.get(name) ?? (async () => (usual && (await shared())) || launch(preferences))();
  browsers.set(name, running);
  return running;
}

/** @implements {Profile} */
class FirefoxProfile {
  /** @type {import('puppeteer-core').Page[]} */
  #pages = [];
  /** @type {((page: import('puppeteer-core').Page) => Promise<unknown>)[]} */
  #scripts = [];

  /**
   * @param {import('puppeteer-core').BrowserContext} context
   * @param {Wishes} wishes
   * @param {import('./driver').Heard} heard
   */
  constructor(context, wishes, heard) {
    this.context = context;
    this.wishes = wishes;
    this.heard = heard;
  }

  async newPage() {
    const { viewport = { width: 1280, height: 720 }, hasTouch, extraHTTPHeaders } = this.wishes;
    const page = await this.context.newPage();
    this.#pages.push(page);
    page.setDefaultTimeout(10_000);
    page.on('console', (line) => this.heard.console.push(`${line.type()}: ${line.text()}`));
    page.on('pageerror', (error) => this.heard[REPORTED.test(`${error}`) ? 'console' : 'errors'].push(`${error}`));
    page.on('request', (request) => this.heard.requests.push(request.url()));
    await page.setViewport({ ...viewport, hasTouch });
    if (extraHTTPHeaders) await page.setExtraHTTPHeaders(extraHTTPHeaders);
    // Firefox does not report them.
    await page.evaluateOnNewDocument(tellShifts);
    for (const add of this.#scripts) await add(page);
    return new FirefoxTab(page);
  }

  /** @type {Profile['addInitScript']} */
  async addInitScript(script, argument) {
    const rest = argument === undefined ? [] : [argument];
    const add = (/** @type {import('puppeteer-core').Page} */ page) => page.evaluateOnNewDocument(/** @type {any} */ (script), ...rest);
    this.#scripts.push(add);
    return Promise.all(this.#pages.map(add));
  }

  async cookies() {
    return this.context.cookies();
  }

  /** @type {Profile['addCookies']} */
  async addCookies(cookies) {
    await this.context.setCookie(...cookies.map(({ url, ...cookie }) => ({ ...cookie, domain: new URL(url).hostname })));
  }

  async close() {
    await this.context.close();
  }
}

/** @type {import('./driver').Engine} */
export const firefox = {
  name: 'Firefox',
  missing: executablePath ? false : NO_FIREFOX,

  async profile(wishes, heard) {
    const { browser } = await start(settings(wishes));
    return new FirefoxProfile(await browser.createBrowserContext(), wishes, heard);
  },

  async download(_, act) {
    const { downloads } = await start(settings({}));
    const before = readdirSync(downloads);
    await act();
    // Under another name, until all of it is there.
    const whole = () => readdirSync(downloads).find((name) => !name.endsWith('.part') && !before.includes(name));
    await until(() => whole() && readFileSync(join(downloads, whole() ?? '')).length, 'the download');
    const name = whole() ?? '';
    return { name, text: readFileSync(join(downloads, name), 'utf8') };
  },

  async end() {
    for (const running of browsers.values()) await (await running).end();
  },
};
