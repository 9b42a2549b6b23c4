// The browsers that tests and pictures are made with, and the driver: found, or installed the way the machine allows.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Failure, run, say } from './run.mjs';

/** Chromium and what is built from it, by the usual names. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const MAC_APPS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'];
const FIREFOXES = ['firefox-esr', 'firefox'];
const MAC_FIREFOX = '/Applications/Firefox.app/Contents/MacOS/firefox';
/** What to do where there is no Firefox. */
export const NO_FIREFOX = 'no Firefox was found: install Firefox (on Debian the package firefox-esr), or set FIREFOX_PATH';

/** What to do where WebKitGTK cannot be driven. */
export const NO_WEBKIT = 'no driver of WebKitGTK was found: install it and a display (on Debian the packages webkit2gtk-driver and xvfb)';

/**
 * What is turned off of the browser. This takes the place of Playwright's own list, of which it keeps what bears on pages: hosts
 * that are asked by https where only http answers, and what asks hosts of others. The last ones are of the browser's own window,
 * which draws the list below the address bar as a page of its own, for each tab: nobody types there.
 */
const FEATURES = [
  'AimEnabled',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'WebUIOmniboxPopup',
];

/**
 * What the browser is started with: nothing that phones home, and nothing by which a page could tell a test from a visit.
 * A user agent given here holds until the page is gone; one given per context does not.
 */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  `--disable-features=${FEATURES}`,
  '--disable-sync',
  '--disable-blink-features=AutomationControlled',
];

/**
 * The program's path, where one of the names is on the PATH.
 * @param {string[]} names
 * @returns {string | undefined}
 */
function onPath(names) {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not there.
      }
    }
  }
  return undefined;
}

/** The browser that playwright-core would install, where it is. */
async function playwrights() {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** The browser's path, where there is one. */
export async function knownBrowser() {
  const named = process.env.CHROME_PATH;
  if (named && !existsSync(named)) throw new Failure(`CHROME_PATH names ${named}, which does not exist`);
  return named || onPath(BROWSERS) || MAC_APPS.find((path) => existsSync(path)) || (await playwrights());
}

/** Whether Debian's packages can be installed here. Ubuntu's of that name only point to another store. */
function isDebianRoot() {
  const release = '/etc/os-release';
  return process.getuid?.() === 0 && existsSync(release) && /^ID=debian$/m.test(readFileSync(release, 'utf8'));
}

/** @param {string[]} packages */
async function debian(...packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { quiet: true, env });
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { quiet: true, env });
}

/** The browser's path; installs one where there is none. */
export async function browser() {
  const known = await knownBrowser();
  if (known) return known;
  if (isDebianRoot()) {
    say('No browser was found: installing the Debian packages chromium and chromium-driver');
    await debian('chromium', 'chromium-driver');
  } else {
    say('No browser was found: installing Chromium with playwright-core');
    await run('npx', ['playwright-core', 'install', 'chromium']);
  }
  const installed = await knownBrowser();
  if (!installed) throw new Failure('no browser was found: install Chromium or Chrome, or set CHROME_PATH');
  return installed;
}

/** Firefox's path, where there is one. */
export function knownFirefox() {
  const named = process.env.FIREFOX_PATH;
  if (named && !existsSync(named)) throw new Failure(`FIREFOX_PATH names ${named}, which does not exist`);
  return named || onPath(FIREFOXES) || [MAC_FIREFOX].find((path) => existsSync(path));
}

/**
 * Firefox's path; installs Debian's where there is none and that can be done. Undefined where there is none after that: what
 * wants it says NO_FIREFOX and is skipped, but not where CI is true.
 */
export async function firefox() {
  const known = knownFirefox();
  if (known || !isDebianRoot()) return known;
  say('No Firefox was found: installing the Debian package firefox-esr');
  try {
    await debian('firefox-esr');
  } catch (error) {
    process.stdout.write(`${/** @type {Error} */ (error).message}\n`);
  }
  return knownFirefox();
}

/** WebKitGTK's driver, and the server of displays that its browser shows on. @typedef {{ driver: string, display: string }} Webkit */

/** What drives WebKitGTK, where it is. @returns {Webkit | undefined} */
export function knownWebkit() {
  const [driver, display] = [process.env.WEBKIT_DRIVER || onPath(['WebKitWebDriver']), onPath(['Xvfb'])];
  return driver && display ? { driver, display } : undefined;
}

/** chromedriver's path; installs it where it is missing and Debian has it. */
export async function driver() {
  const known = process.env.CHROMEDRIVER || onPath(['chromedriver']);
  if (known) return known;
  if (isDebianRoot()) {
    say('chromedriver was not found: installing the Debian package chromium-driver');
    await debian('chromium-driver');
    const installed = onPath(['chromedriver']);
    if (installed) return installed;
  }
  throw new Failure('chromedriver was not found: install the version that matches your browser, or set CHROMEDRIVER to its path');
}
