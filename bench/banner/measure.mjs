// One load of a page: when its banner can be seen, what shifted, and what the largest paint was.
import { Failure } from '../../scripts/lib/run.mjs';

/**
 * @typedef {object} Seen
 * @property {number} visible milliseconds from the start of the navigation to the first frame with the banner
 * @property {number} paint milliseconds to the first contentful paint
 * @property {number} shift sum of the layout shifts
 * @property {boolean} largest whether the largest contentful paint is of the banner
 */

/**
 * @typedef {object} Line how fast the network and the CPU are
 * @property {string} name
 * @property {string} about
 * @property {{ latency: number, downloadThroughput: number, uploadThroughput: number }} [network] in milliseconds and bytes per second
 * @property {number} [cpu] how many times slower
 * @property {number} settle milliseconds after which shifts and paints are told
 */

/** Lighthouse counts 1,024 bits as a kilobit. @param {number} kilobits */
const bytes = (kilobits) => Math.floor((kilobits * 1024) / 8);

/** @type {[Line, Line]} */
export const LINES = [
  { name: 'unthrottled', about: 'unthrottled: this machine, loopback', settle: 600 },
  {
    // Lighthouse, core/config/constants.js, mobileSlow4G: 150 ms × 3.75 per request, 1.6 Mbit/s × 0.9 down, 750 kbit/s × 0.9 up, CPU × 4.
    // https://github.com/GoogleChrome/lighthouse/blob/main/core/config/constants.js
    name: 'throttled',
    about:
      'throttled: 562.5 ms per request, 1,474.56 kbit/s down, 675 kbit/s up, CPU × 4 (Lighthouse, core/config/constants.js, mobileSlow4G)',
    network: { latency: 150 * 3.75, downloadThroughput: bytes(1.6 * 1024 * 0.9), uploadThroughput: bytes(750 * 0.9) },
    cpu: 4,
    settle: 1_500,
  },
];

/** Looks at every frame for the banner, from before the page's own scripts. Runs in the page. @param {string} selector */
function watch(selector) {
  const seen = { visible: 0, shift: 0, largest: false, paint: 0 };
  Object.assign(window, { seenBanner: seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += /** @type {any} */ (entry).value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      seen.largest = Boolean(/** @type {any} */ (entry).element?.closest('askfirst-consent, #cc-main'));
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  const look = () => {
    const banner = document.querySelector(selector);
    if (banner) {
      const { width, height } = banner.getBoundingClientRect();
      const { visibility, opacity } = getComputedStyle(banner);
      if (width && height && visibility !== 'hidden' && Number(opacity) > 0) {
        seen.visible = performance.now();
        return;
      }
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * Loads a page with a fresh profile.
 * @param {import('playwright-core').Browser} chrome
 * @param {string} address
 * @param {{ name: string, banner: string }} side
 * @param {Line} line
 * @param {number} timeout in milliseconds
 * @returns {Promise<Seen>}
 */
export async function measure(chrome, address, { name, banner }, { network, cpu, settle }, timeout) {
  const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    context.setDefaultTimeout(timeout);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    if (network) {
      await session.send('Network.enable');
      await session.send('Network.emulateNetworkConditions', { offline: false, ...network });
    }
    if (cpu) await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    await page.addInitScript(watch, banner);
    await page.goto(address, { waitUntil: 'commit' });
    // Looked for from here now and then, so that nothing more than the watch itself works in the page.
    const read = () => page.evaluate(() => /** @type {any} */ (window).seenBanner);
    const end = Date.now() + timeout;
    while (!(await read()).visible) {
      if (Date.now() > end) throw new Failure(`the banner of ${name} did not show within ${timeout / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await new Promise((resolve) => setTimeout(resolve, settle));
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN);
    return { ...(await read()), paint };
  } finally {
    await context.close();
  }
}
