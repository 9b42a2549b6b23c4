// All loads of a run: every side in every situation, round by round.
import { Failure } from '../../scripts/lib/run.mjs';
import { load } from '../lib/load.mjs';
import { held } from '../lib/memory.mjs';
import { OWN } from './html.mjs';
import { path } from './sides.mjs';

/** @typedef {import('./sides.mjs').Side} Side @typedef {import('./sums.mjs').Load} Load @typedef {import('./sums.mjs').LineName} LineName */
/** @typedef {{ chrome: import('playwright-core').Browser, origin: string, served: { path: string, bytes: number }[] }} Place */

/** Longer than this no load takes, in milliseconds. */
const LOAD = 20_000;
/** No round begins later than this, in milliseconds. */
const LONGEST = 15 * 60_000;

/** Whether a path is the page's own. @param {string} from */
export const isOwn = (from) => from.startsWith(OWN);

/** A visitor who comes twice. @param {Place} place @param {Side} side @param {import('../lib/lines.mjs').Line} line @param {number} round @returns {Promise<Load[]>} */
async function visit({ chrome, origin, served }, side, line, round) {
  const context = await chrome.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const loads = [];
    for (const cache of /** @type {const} */ (['cold', 'warm'])) {
      const before = served.length;
      // What is in memory does not depend on the line.
      const more = line.cpu ? async () => ({}) : held;
      const seen = await load(context, origin, { ...side, path: path(side) }, line, { timeout: LOAD, more });
      const fetched = served.slice(before).filter((file) => !isOwn(file.path) && file.path !== path(side));
      const found = { ...seen, files: fetched.length, bytes: fetched.reduce((sum, { bytes }) => sum + bytes, 0) };
      loads.push({ round, key: side.key, line: /** @type {LineName} */ (line.name), cache, found });
    }
    return loads;
  } finally {
    await context.close();
  }
}

/** The same once more where it failed: a browser on a busy machine can be late for its own reasons. @param {Parameters<typeof visit>} given */
async function visitAgain(...given) {
  try {
    return await visit(...given);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    process.stdout.write(`  once more, since ${error.message}\n`);
    return visit(...given);
  }
}

/**
 * @param {Place} place
 * @param {Side[]} sides
 * @param {import('../lib/lines.mjs').Line[]} lines
 * @param {number} rounds
 * @param {(done: number, seconds: number) => void} told after each round: how many are done, and what they took
 * @returns {Promise<{ loads: Load[], rounds: number }>} fewer rounds where the time was over
 */
export async function measureAll(place, sides, lines, rounds, told) {
  // The first load of a browser pays for its start, and that of a side for its files' compression. One round tells nothing anyway.
  const [first] = lines;
  if (first && rounds > 1) for (const side of sides) await visitAgain(place, side, first, -1);
  /** @type {Load[]} */
  const loads = [];
  const start = Date.now();
  let round = 0;
  for (; round < rounds && Date.now() - start < LONGEST; round += 1) {
    const inTurn = sides.map((_, index) => /** @type {Side} */ (sides[(index + round) % sides.length]));
    for (const line of lines) for (const side of inTurn) loads.push(...(await visitAgain(place, side, line, round)));
    told(round + 1, (Date.now() - start) / 1000);
  }
  return { loads, rounds: round };
}
