// One case, with one tracker, in one browser: what arrived, and what of it is wrong.
import { isDeepStrictEqual } from 'node:util';
import { openPlain } from './lib/plain.mjs';
import { Declined, Visit } from './lib/visit.mjs';
import { quiet, until } from '../e2e/lib/until.mjs';

/** @typedef {import('./cases/cases.mjs').Case} Case @typedef {import('./trackers/trackers.mjs').Tracker} Tracker */
/** @typedef {import('./trackers/trackers.mjs').Arrived} Arrived */

/** A browser that is driven. @typedef {{ name: string, version: string, visitor: () => Promise<import('./lib/visit.mjs').Driven>, close: () => Promise<unknown> }} Browser */

/** How many times as long as its moment something may still be on its way when a visit is over. */
const STRAGGLERS = 4;
/** How often a browser is asked again, since whether it prerenders a page or keeps one in its cache is its own decision. */
const TRIES = 3;

/** What is wrong, in words; nothing where all is as it has to be. @typedef {{ wrong: string[], arrived: number }} Result */

/** How many of the events have that name. @param {Arrived['events']} events @param {string} name */
const named = (events, name) => events.filter(([own]) => own === name).length;

/** @param {string} what @param {unknown} found @param {unknown} wanted */
const differs = (what, found, wanted) =>
  isDeepStrictEqual(found, wanted) ? [] : [`${what}: ${JSON.stringify(found)} and not ${JSON.stringify(wanted)}`];

/** @param {string[]} list */
const tally = (list) => {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const item of list) counts[item] = (counts[item] ?? 0) + 1;
  return Object.entries(counts).map(([item, count]) => `${item}: ${count}`);
};

/**
 * What is wrong with what arrived from ours, of which everything is looked at: the words, the order, the answers, the counts.
 * @param {Case} wanted @param {Arrived} arrived @param {string[]} counted
 */
function faults({ views, entries, events = [] }, arrived, counted) {
  const any = new Set(events.flatMap(([name, , once]) => (once ? name : [])));
  const told = arrived.events.filter(([name]) => !any.has(name));
  const faults = [
    ...differs('views', arrived.views, views),
    ...differs(
      'events',
      told,
      events.filter(([, , once]) => !once).map(([name, props]) => [name, props]),
    ),
    ...[...any].filter((name) => !named(arrived.events, name)).map((name) => `no ${name}`),
    ...(entries === undefined ? [] : differs('entries', arrived.entries, entries)),
    ...differs('answers', arrived.status, arrived.requests ? [202] : []),
  ];
  const pages = tally(arrived.views).map((line) => `page ${line}`);
  const names = tally(arrived.events.map(([name]) => name)).map((line) => `event ${line}`);
  return [...faults, ...differs('the collector counted', counted, [...pages, ...names].sort())];
}

/**
 * What is wrong with what arrived from another tracker: views by number, since nobody else masks a path unasked, and by their
 * paths where the case is about these; events by number, each under its own name for it.
 * @param {Case} wanted @param {Arrived} arrived
 */
function othersFaults({ views, events = [] }, arrived) {
  const names = [...new Set(events.map(([name]) => name))];
  return [
    ...differs('views', arrived.views.map(decodeURIComponent), views),
    ...names.flatMap((name) => {
      const any = events.some(([own, , once]) => own === name && once);
      const found = named(arrived.events, name);
      return any && found ? [] : differs(name, found, events.filter(([own]) => own === name).length);
    }),
  ];
}

/**
 * @param {Case} wanted @param {Tracker} tracker @param {import('./lib/site.mjs').Site} site @param {Browser} browser
 * @returns {Promise<Result>}
 */
export async function run(wanted, tracker, site, browser) {
  site.tag = tracker.tag(wanted.options ?? {});
  site.shown = wanted.shown ?? {};
  site.notes.length = 0;
  await tracker.clear();
  /** @type {string[]} */
  const wrong = [];
  try {
    if (wanted.plain) await plainly(wanted, wanted.plain, tracker, site);
    else await asked(wanted, tracker, site, browser, wrong);
  } catch (error) {
    wrong.push(/** @type {Error} */ (error).message.split('\n')[0] ?? '');
  }
  const arrived = await tracker.arrived();
  if (tracker.counted) wrong.push(...faults(wanted, arrived, await tracker.counted()));
  else wrong.push(...othersFaults(wanted, arrived));
  const seen = (wanted.secrets ?? []).filter((secret) => arrived.wire.includes(secret));
  if (seen.length) wrong.push(`secrets seen: ${seen.join(', ')}`);
  const names = new Set(wanted.events?.map(([name]) => name));
  const about = arrived.events.filter(([name]) => names.has(name)).length;
  return { wrong, arrived: wanted.secrets ? seen.length : names.size ? about : arrived.views.length };
}

/** @param {Case} wanted @param {string} path @param {Tracker} tracker @param {import('./lib/site.mjs').Site} site */
async function plainly({ done = '', views }, path, tracker, site) {
  for (let left = TRIES; !site.notes.includes(done); left -= 1) {
    if (!left) throw new Error(`no page said "${done}": the browser did not prerender`);
    site.notes.length = 0;
    await tracker.clear();
    await openPlain(site.origin + path, async () => {
      await until(() => ['loaded', done].some((note) => site.notes.includes(note)), done).catch(() => undefined);
      // On a busy machine what runs only once the page is shown takes a while, and the browser is ended then.
      await until(async () => (await tracker.arrived()).views.length >= views.length, 'the views').catch(() => undefined);
      await quiet(STRAGGLERS * tracker.moment);
    });
  }
}

/** @param {Parameters<typeof driven>} all */
async function asked(...[wanted, tracker, ...others]) {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await driven(wanted, tracker, ...others);
    } catch (error) {
      if (!(error instanceof Declined) || left === 1) throw error;
      await tracker.clear();
    }
  }
}

/** @param {Case} wanted @param {Tracker} tracker @param {import('./lib/site.mjs').Site} site @param {Browser} browser @param {string[]} wrong */
async function driven(wanted, tracker, site, browser, wrong) {
  const visitor = await browser.visitor();
  try {
    const visit = new Visit(visitor, site, tracker);
    await wanted.run?.(visit);
    await visit.leave();
    await quiet(STRAGGLERS * tracker.moment);
    const also = tracker.counted ? (wanted.also?.(visit) ?? true) : true;
    if (also !== true) wrong.push(String(also));
    const thrown = visitor.console?.filter((line) => line.startsWith('thrown: '));
    if (tracker.counted) wrong.push(...(thrown ?? []));
  } finally {
    await visitor.close();
  }
}
