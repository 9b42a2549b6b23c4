// What all loads of a run say: for each side its medians, with what it adds to the bare page of the same round.
import { spread } from '../lib/numbers.mjs';

/** @typedef {import('./sides.mjs').Key} Key @typedef {import('../lib/numbers.mjs').Spread} Spread */
/** @typedef {'unthrottled' | 'throttled'} LineName @typedef {'cold' | 'warm'} Cache */
/** What was seen, and what was fetched beside the page's own files. @typedef {import('../lib/load.mjs').Seen & Partial<import('../lib/memory.mjs').Held> & { files: number, bytes: number }} Found */
/** @typedef {{ round: number, key: Key, line: LineName, cache: Cache, found: Found }} Load */

/**
 * @typedef {object} Sum milliseconds and bytes; what a side does not do, or was not looked at, is undefined
 * @property {Key} key
 * @property {Spread} [sent] to the first hit
 * @property {Spread} [visible] to the banner
 * @property {Spread} added CPU time of the main thread beyond the bare page's in the same round
 * @property {Spread} busy the same with the bare page's
 * @property {number} shift the largest CLS of all loads
 * @property {number} loads
 * @property {number} long loads in which a task of the side's own took 50 ms or longer
 * @property {number} longest the longest of those; 0 where there was none
 * @property {number} files the most of all loads
 * @property {number} bytes the most of all loads
 * @property {Spread} [heap] live objects after a garbage collection, beyond the bare page's
 * @property {Spread} [wasm]
 * @property {Spread} [memory] both together
 */

/** The values, where each load has one. @param {(number | undefined)[]} values */
function filled(values) {
  const all = values.filter((value) => value !== undefined);
  return values.length && all.length === values.length ? spread(all) : undefined;
}

/**
 * One side in one situation.
 * @param {Load[]} all
 * @param {Key} key
 * @param {LineName} line
 * @param {Cache} cache
 * @param {(path: string) => boolean} isOwn whether a script is the page's own, and so not the side's
 * @returns {Sum}
 */
export function sum(all, key, line, cache, isOwn) {
  const here = all.filter((load) => load.line === line && load.cache === cache);
  const bare = new Map(here.filter((load) => load.key === 'bare').map(({ round, found }) => [round, found]));
  const loads = here.filter((load) => load.key === key);
  /** What is more than in the bare page of the same round. @param {(found: Found) => number | undefined} value */
  const beyond = (value) =>
    loads.map(({ round, found }) => {
      const [with_, without] = [value(found), bare.has(round) ? value(/** @type {Found} */ (bare.get(round))) : NaN];
      return with_ === undefined || without === undefined ? undefined : with_ - without;
    });
  const long = loads.map(({ found }) => Math.max(0, ...found.long.filter(({ from }) => !isOwn(from)).map(({ took }) => took)));
  const found = loads.map((load) => load.found);
  return {
    key,
    sent: filled(found.map(({ sent }) => sent)),
    visible: filled(found.map(({ visible }) => visible)),
    added: spread(beyond(({ busy }) => busy).map((value = NaN) => value)),
    busy: spread(found.map(({ busy }) => busy)),
    shift: Math.max(0, ...found.map(({ shift }) => shift)),
    loads: loads.length,
    long: long.filter((took) => took > 0).length,
    longest: Math.max(0, ...long),
    files: Math.max(0, ...found.map(({ files }) => files)),
    bytes: Math.max(0, ...found.map(({ bytes }) => bytes)),
    heap: filled(beyond(({ heap }) => heap)),
    wasm: filled(beyond(({ wasm }) => wasm)),
    memory: filled(beyond(({ heap, wasm }) => (heap === undefined || wasm === undefined ? undefined : heap + wasm))),
  };
}
