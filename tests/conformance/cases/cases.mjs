// All cases, in the order of the table.
import { NAVIGATION } from './navigation.mjs';
import { PAGES } from './pages.mjs';
import { SECRETS } from './secrets.mjs';
import { EVENTS } from './events.mjs';
import { HOOKS } from './hooks.mjs';

/**
 * A case: what is done on a site, and what of it must arrive. What is not said must not.
 * @typedef {object} Case
 * @property {string} name
 * @property {import('../trackers/trackers.mjs').Options} [options]
 * @property {import('../lib/site.mjs').Shown} [shown] the site's page
 * @property {string[]} [without] browsers that cannot do it
 * @property {boolean} [differs] whether its outcome may depend on the browser: such cases run in every browser each time
 * @property {string} [todo] why ours is known to fail it
 * @property {(visit: import('../lib/visit.mjs').Visit) => Promise<unknown>} [run] in a browser that is driven
 * @property {string} [plain] the address of a page that does it all itself, and tells the site when it is done
 * @property {string} [done] what that page tells
 * @property {string[]} views the pages seen, in turn
 * @property {number} [entries] how many of them say that somebody came from elsewhere; as far as a tracker says so
 * @property {[name: string, props: Record<string, string>, once?: 'any'][]} [events]
 * @property {string[]} [secrets] what no request may hold
 * @property {(visit: import('../lib/visit.mjs').Visit) => unknown} [also] what has to be true beside; says what is not
 */

/** Navigation and events are the browser's; what keeps a secret is a promise. @param {Case[]} cases @returns {Case[]} */
const differ = (cases) => cases.map((each) => ({ ...each, differs: true }));

/** @type {Case[]} */
export const CASES = [...differ(NAVIGATION), ...PAGES, ...differ(SECRETS), ...differ(EVENTS), ...HOOKS];
