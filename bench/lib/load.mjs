// One load of a page, in a tab of its own: when its banner can be seen, when its first hit is sent, what shifted, and what the main
// thread was busy with.
import { Failure } from '../../scripts/lib/run.mjs';

/**
 * @typedef {object} Page what is loaded
 * @property {string} name
 * @property {string} path
 * @property {string} [banner] the selector of what is to be seen
 * @property {RegExp} [hit] the path that its page view is sent to
 */

/** @typedef {{ from: string, took: number }} Piece a piece of script that took 50 ms or longer: the path it came from, milliseconds */

/**
 * @typedef {object} Seen milliseconds from the start of the navigation; what the page does not have is undefined
 * @property {number} [visible] to the first frame with the banner
 * @property {number} [sent] to the moment at which the first hit leaves the browser
 * @property {number} paint to the first contentful paint
 * @property {number} shift sum of the layout shifts
 * @property {boolean} largest whether the largest contentful paint is of the banner
 * @property {number} busy milliseconds of CPU that the page's main thread took
 * @property {Piece[]} long
 */

/** The name by which the page tells that its banner is there. */
const VISIBLE = 'bannerIsVisible';

/**
 * Looks for the banner, from before the page's own scripts; frame by frame only from when it is in the document. Runs in the page.
 * @param {{ selector: string | undefined, told: string }} what
 */
function watch({ selector, told }) {
  /** @type {Pick<Seen, 'visible' | 'shift' | 'largest'> & { long: { from: string, took: number }[] }} */
  const seen = { visible: undefined, shift: 0, largest: false, long: [] };
  Object.assign(window, { seenInPage: seen });
  /** @param {string} type @param {(entry: any) => void} note */
  const observe = (type, note) => new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe('layout-shift', ({ value }) => (seen.shift += value));
  observe(
    'largest-contentful-paint',
    ({ element }) => (seen.largest = Boolean(selector && element?.closest('askfirst-consent, #cc-main'))),
  );
  observe('long-animation-frame', ({ scripts }) => {
    for (const { sourceURL, duration } of scripts) if (duration >= 50) seen.long.push({ from: sourceURL, took: duration });
  });
  if (!selector) return;
  const look = () => {
    const banner = document.querySelector(selector);
    if (banner) {
      const { width, height } = banner.getBoundingClientRect();
      const { visibility, opacity } = getComputedStyle(banner);
      if (width && height && visibility !== 'hidden' && Number(opacity) > 0) {
        seen.visible = performance.now();
        /** @type {any} */ (window)[told]('');
        return;
      }
    }
    requestAnimationFrame(look);
  };
  const added = new MutationObserver(() => {
    if (!document.querySelector(selector)) return;
    added.disconnect();
    requestAnimationFrame(look);
  });
  added.observe(document, { childList: true, subtree: true });
}

/** Follows the page's requests. @param {import('playwright-core').CDPSession} session @param {RegExp} [hit] */
function follow(session, hit) {
  /** What is on its way, and whether it is a hit. @type {Map<string, boolean>} */
  const open = new Map();
  let [start, last] = [NaN, Date.now()];
  /** @type {number | undefined} */
  let sent;
  /** What the first hit was answered. @type {number | undefined} */
  let status;
  session.on('Network.requestWillBeSent', ({ requestId, timestamp, request, type }) => {
    if (request.url.startsWith('data:')) return;
    if (type === 'Document' && Number.isNaN(start)) start = timestamp;
    const path = new URL(request.url).pathname;
    open.set(requestId, request.method === 'POST' && (hit?.test(path) ?? false));
    last = Date.now();
  });
  const over = (/** @type {{ requestId: string }} */ { requestId }) => {
    open.delete(requestId);
    last = Date.now();
  };
  session.on('Network.responseReceived', ({ requestId, response, type }) => {
    const { timing } = response;
    // When the network stack wrote it to the socket: later than when the page asked for it.
    if (open.get(requestId) && timing) {
      sent = Math.min(sent ?? Infinity, (timing.requestTime - start) * 1000 + timing.sendStart);
      status ??= response.status;
    }
    // An answer that nobody reads never ends.
    if (/^(Fetch|XHR|Ping)$/.test(type)) over({ requestId });
  });
  session.on('Network.loadingFinished', over);
  session.on('Network.loadingFailed', over);
  return {
    /** Milliseconds since which nothing was on its way. */
    quiet: () => (open.size ? 0 : Date.now() - last),
    sent: () => sent,
    refused: () => (status !== undefined && status >= 300 ? `its hit was answered ${status}` : false),
  };
}

/**
 * Loads the page in a new tab, and waits until its banner shows, its hit is sent, and nothing is on its way.
 * @template Extra
 * @param {import('playwright-core').BrowserContext} context
 * @param {string} origin
 * @param {Page} page
 * @param {import('./lines.mjs').Line} line
 * @param {{ timeout: number, more: (session: import('playwright-core').CDPSession) => Promise<Extra> }} options in milliseconds; `more` looks at the
 *   page once everything else is told
 * @returns {Promise<Seen & Extra>}
 */
export async function load(context, origin, { name, path, banner, hit }, { network, cpu, settle }, { timeout, more }) {
  context.setDefaultTimeout(timeout);
  const tab = await context.newPage();
  try {
    const session = await context.newCDPSession(tab);
    await session.send('Network.enable');
    if (network) await session.send('Network.emulateNetworkConditions', { offline: false, ...network });
    if (cpu) await session.send('Emulation.setCPUThrottlingRate', { rate: cpu });
    // Time of the thread, not of the clock: what else runs on the machine is not counted.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    await session.send('Runtime.enable');
    await session.send('Runtime.addBinding', { name: VISIBLE });
    let visible = !banner;
    session.on('Runtime.bindingCalled', () => (visible = true));
    const requests = follow(session, hit);
    await tab.addInitScript(watch, { selector: banner, told: VISIBLE });
    await tab.goto(`${origin}${path}`, { waitUntil: 'load' });
    const end = Date.now() + timeout;
    const waiting = () => (!visible && 'its banner did not show') || (hit && requests.sent() === undefined && 'its hit was not sent');
    while (waiting() || requests.quiet() < settle) {
      const what = waiting() || 'its requests did not end';
      if (Date.now() > end) throw new Failure(`${name}: ${what} within ${timeout / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const refused = requests.refused();
    if (refused) throw new Failure(`${name}: ${refused}`);
    const { metrics } = await session.send('Performance.getMetrics');
    const seen = await tab.evaluate(() => ({
      .../** @type {any} */ (window).seenInPage,
      paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    }));
    const sent = requests.sent();
    const busy = (metrics.find((metric) => metric.name === 'TaskDuration')?.value ?? NaN) * 1000;
    // What a test's tool runs in the page comes from nowhere.
    const long = seen.long.flatMap((/** @type {Piece} */ { from, took }) =>
      from.startsWith(origin) ? [{ from: new URL(from).pathname, took }] : [],
    );
    return { ...seen, long, ...(sent !== undefined && { sent }), busy, ...(await more(session)) };
  } finally {
    await tab.close();
  }
}
