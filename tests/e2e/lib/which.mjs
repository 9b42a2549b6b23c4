// Which tests run in which browser: ASKFIRST_BROWSERS.
//   not set                 everything in Chromium; in other browsers what may differ from one to the next
//   ASKFIRST_BROWSERS=rest  what that leaves out
//   ASKFIRST_BROWSERS=all   everything in every browser
//   ASKFIRST_BROWSERS=Firefox, or several names separated by commas: everything, in these alone

const asked = process.env.ASKFIRST_BROWSERS || 'default';
const named = ['default', 'rest', 'all'].includes(asked) ? undefined : asked.split(',');

/**
 * Whether a test runs in that browser.
 * @param {string} browser
 * @param {boolean} differs whether its outcome may depend on the browser
 */
export function runsIn(browser, differs) {
  if (named) return named.includes(browser);
  if (asked === 'all') return true;
  return (browser === 'Chromium' || differs) === (asked === 'default');
}
