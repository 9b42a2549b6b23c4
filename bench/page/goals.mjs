// What ours is held to, and whether the run met it.

/** @typedef {import('./sums.mjs').Sum} Sum @typedef {import('./sums.mjs').LineName} LineName @typedef {import('./sums.mjs').Cache} Cache @typedef {import('./sides.mjs').Key} Key */
/** A side's sum in one situation. @typedef {(key: Key, line: LineName, cache: Cache) => Sum} Ask */

/**
 * @typedef {object} Verdict
 * @property {string} what
 * @property {number} ours
 * @property {number} [theirs]
 * @property {number} figure what is held against the limit: ours by theirs, where there is theirs
 * @property {number} limit
 * @property {string} unit of ours and theirs
 * @property {'met' | 'behind' | 'not measured'} verdict
 */

/** @typedef {{ what: string, unit: string, limit: number, ours: (ask: Ask) => number | undefined, theirs?: (ask: Ask) => number | undefined }} Goal */

const KIB = 1024;

/** @type {Goal[]} */
export const GOALS = [
  {
    what: "first hit sent at most 1.05 of the pair's time, throttled, cold",
    unit: 'ms',
    limit: 1.05,
    ours: (ask) => ask('askfirst', 'throttled', 'cold').sent?.median,
    theirs: (ask) => ask('pair', 'throttled', 'cold').sent?.median,
  },
  {
    what: "banner visible in at most 0.55 of cookieconsent's time, unthrottled, cold",
    unit: 'ms',
    limit: 0.55,
    ours: (ask) => ask('askfirst', 'unthrottled', 'cold').visible?.median,
    theirs: (ask) => ask('cookieconsent', 'unthrottled', 'cold').visible?.median,
  },
  {
    what: "banner visible in at most 0.80 of cookieconsent's time, throttled, cold",
    unit: 'ms',
    limit: 0.8,
    ours: (ask) => ask('askfirst', 'throttled', 'cold').visible?.median,
    theirs: (ask) => ask('cookieconsent', 'throttled', 'cold').visible?.median,
  },
  .../** @type {[LineName, number][]} */ ([
    ['unthrottled', 0.6],
    ['throttled', 0.65],
  ]).map(([line, limit]) => {
    return {
      what: `main-thread time added at most ${limit.toFixed(2)} of the pair's, ${line}, cold`,
      unit: 'ms',
      limit,
      ours: (/** @type {Ask} */ ask) => ask('askfirst', line, 'cold').added.median,
      theirs: (/** @type {Ask} */ ask) => ask('pair', line, 'cold').added.median,
    };
  }),
  {
    what: "bytes over the wire at most those of the pair, brotli",
    unit: 'bytes',
    limit: 1,
    ours: (ask) => ask('askfirst', 'unthrottled', 'cold').bytes,
    theirs: (ask) => ask('pair', 'unthrottled', 'cold').bytes,
  },
  {
    what: 'no layout shift (CLS 0), in any load',
    unit: '',
    limit: 0,
    ours: (ask) => worst(ask, ({ shift }) => shift),
  },
  ...['unthrottled', 'throttled'].map((name) => ({
    what: `no long task of its own, ${name}: loads with one`,
    unit: 'loads',
    limit: 0,
    ours: (/** @type {Ask} */ ask) => worst(ask, ({ long }) => long, [/** @type {LineName} */ (name)]),
  })),
  {
    what: 'JavaScript heap and WebAssembly memory added, together, under 512 KiB',
    unit: 'KiB',
    limit: 512,
    ours: (ask) => kib(ask('askfirst', 'unthrottled', 'cold').memory?.median),
  },
];

/** @param {number} [bytes] */
const kib = (bytes) => (bytes === undefined ? undefined : bytes / KIB);

/** Ours at its worst, cold and warm; undefined where nothing was loaded. @param {Ask} ask @param {(sum: Sum) => number} value @param {LineName[]} lines */
function worst(ask, value, lines = ['unthrottled', 'throttled']) {
  const sums = lines.flatMap((line) => [ask('askfirst', line, 'cold'), ask('askfirst', line, 'warm')]).filter(({ loads }) => loads);
  return sums.length ? Math.max(...sums.map(value)) : undefined;
}

/** @param {Goal} goal @param {Ask} ask @returns {Verdict} */
export function judge({ what, unit, limit, ours: askOurs, theirs: askTheirs }, ask) {
  const ours = askOurs(ask) ?? NaN;
  const theirs = askTheirs && (askTheirs(ask) ?? NaN);
  const figure = theirs === undefined ? ours : ours / theirs;
  // What is under a limit is not at it; a ratio may be.
  const holds = unit === 'KiB' ? figure < limit : figure <= limit;
  // Nothing added, or less, has no ratio that says anything.
  const measured = Number.isFinite(figure) && (theirs === undefined || theirs > 0);
  return {
    what,
    ours,
    ...(theirs !== undefined && { theirs }),
    figure,
    limit,
    unit,
    verdict: measured ? (holds ? 'met' : 'behind') : 'not measured',
  };
}
