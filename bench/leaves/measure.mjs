// All leaves, of all trackers in turn, in one browser; and which of their events arrived.
import { quiet } from '../../tests/e2e/lib/until.mjs';
import { Site } from '../../tests/conformance/lib/site.mjs';
import { KINDS, Leaver } from './leave.mjs';
import { head, marks } from './trackers.mjs';

/** @typedef {import('./trackers.mjs').Side} Side @typedef {import('./leave.mjs').Kind} Kind */
/** @typedef {{ side: Side, leaver: Leaver, fired: Record<Kind, string[]> }} Visitor the marks of what was fired, by kind */
/** @typedef {{ fired: number, arrived: number }} Count @typedef {{ side: Side, kinds: Count[], all: Count, late?: number }} Result */

/** Milliseconds after which no new leave begins. */
const LONGEST = 60 * 60_000;
/** Rounds after which it is told how far it is. */
const TOLD = 5;
/** Milliseconds for what is still on its way at the end. */
const STRAGGLERS = 8_000;

/** A visitor for each tracker, with a site of its own. @param {import('playwright-core').Browser} chrome @param {Side[]} sides @param {(() => Promise<unknown>)[]} open what is to be ended */
export async function visitors(chrome, sides, open) {
  /** @type {Visitor[]} */
  const made = [];
  for (const side of sides) {
    const site = new Site();
    open.unshift(() => site.stop());
    await site.start();
    site.tag = side.tracker.tag({});
    site.shown = { page: 'plain', head: head(side.fire) };
    const context = await chrome.newContext();
    context.setDefaultTimeout(20_000);
    const leaver = new Leaver(context, site, side.tracker.running);
    await leaver.start();
    if (side.consents) await leaver.consent();
    made.push({ side, leaver, fired: { link: [], location: [], close: [], reload: [] } });
  }
  return made;
}

/**
 * So many leaves of each tracker; ours takes turns, and is on both sides of the choice as often.
 * @param {Visitor[]} all @param {number} leaves @param {(done: number, seconds: number) => unknown} tell how many are done, after how long
 */
export async function leaveAll(all, leaves, tell) {
  const start = Date.now();
  for (let round = 0; round < leaves / KINDS.length && Date.now() - start < LONGEST; round += 1) {
    if (round && round % TOLD === 0) tell(round * KINDS.length, (Date.now() - start) / 1000);
    for (const kind of KINDS) {
      for (const [number, { leaver, fired }] of all.entries()) {
        if (number < 2 && round % 2 !== number) continue;
        const mark = `m${number}x${kind}x${round}`;
        await leaver.leave(kind, mark);
        fired[kind].push(mark);
      }
    }
  }
  await quiet(STRAGGLERS);
}

/** What arrived; and then, by one page more, what was stored. @param {Visitor} visitor @returns {Promise<Result>} */
export async function result({ side, leaver, fired }) {
  const arrived = marks(side);
  const kinds = KINDS.map((kind) => ({ fired: fired[kind].length, arrived: fired[kind].filter((mark) => arrived.has(mark)).length }));
  const all = { fired: 0, arrived: 0 };
  for (const kind of kinds) {
    all.fired += kind.fired;
    all.arrived += kind.arrived;
  }
  if (!side.consents) return { side, kinds, all };
  await leaver.comeBack();
  await quiet(STRAGGLERS);
  const now = marks(side);
  const late = KINDS.flatMap((kind) => fired[kind]).filter((mark) => now.has(mark) && !arrived.has(mark)).length;
  return { side, kinds, all, late };
}
