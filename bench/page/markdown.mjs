// What a run says, as docs/BENCHMARKS.md. Every figure in it is of the run.
import { GOALS, judge } from './goals.mjs';

/** @typedef {import('./sums.mjs').Sum} Sum @typedef {import('./sums.mjs').LineName} LineName @typedef {import('./sums.mjs').Cache} Cache */
/** @typedef {import('./goals.mjs').Ask} Ask @typedef {import('./goals.mjs').Verdict} Verdict @typedef {import('../lib/numbers.mjs').Spread} Spread */

/**
 * @typedef {object} Run
 * @property {import('./sides.mjs').About[]} sides the bare page first
 * @property {import('../lib/lines.mjs').Line[]} lines
 * @property {Ask} ask
 * @property {number} rounds
 * @property {string} date
 * @property {[what: string, is: string][]} machine
 * @property {string} [busy] where something else ran meanwhile, in words
 * @property {string[]} left what is not in the tables, and why
 */

/** What is not there. */
const NONE = '–';
/** @param {number} value @param {number} [digits] */
const number = (value, digits = 0) =>
  // No "-0".
  (Math.abs(value) < 0.5 / 10 ** digits ? 0 : value).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
/** The median, and the quartiles. @param {Spread | undefined} all @param {number} [digits] @param {number} [unit] */
const cell = (all, digits = 0, unit = 1) =>
  all && Number.isFinite(all.median)
    ? `${number(all.median / unit, digits)} (${number(all.low / unit, digits)} to ${number(all.high / unit, digits)})`
    : NONE;
/** @param {Spread | undefined} ours @param {Spread | undefined} theirs */
const ratio = (ours, theirs) => (ours && theirs && theirs.median > 0 ? number(ours.median / theirs.median, 2) : NONE);

/** @param {string[][]} rows the head first; all columns but the first are to the right */
export const table = ([head = [], ...rows]) =>
  [head, head.map((_, column) => (column ? '--:' : '---')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** @param {Ask} ask */
export const verdicts = (ask) => GOALS.map((goal) => judge(goal, ask));

/** @param {Verdict} verdict */
function goal({ what, ours, theirs, figure, limit, unit, verdict }) {
  const digits = unit === 'ms' ? 1 : unit === '' ? 4 : 0;
  const told = (/** @type {number | undefined} */ value) =>
    value === undefined || Number.isNaN(value) ? NONE : `${number(value, digits)} ${unit}`.trim();
  const against = theirs !== undefined;
  return [
    what,
    told(ours),
    told(theirs),
    against && Number.isFinite(figure) ? number(figure, 2) : NONE,
    against ? number(limit, 2) : number(limit),
    verdict === 'behind' ? '**behind**' : verdict,
  ];
}

/** @param {Run} run */
export const goals = ({ ask }) => table([['goal', 'askfirst', 'beside it', 'ratio', 'limit', 'verdict'], ...verdicts(ask).map(goal)]);

/** All sides in one situation. @param {Run} run @param {LineName} line @param {Cache} cache */
export function situation({ sides, ask }, line, cache) {
  const pair = ask('pair', line, cache);
  const rows = sides.map(({ key, name }) => {
    const { sent, visible, added, busy, shift, long, longest, loads } = ask(key, line, cache);
    const bare = key === 'bare';
    return [
      bare ? `${name}: its own` : name,
      cell(sent),
      ratio(sent, pair.sent),
      cell(visible),
      ratio(visible, pair.visible),
      cell(bare ? busy : added, 1),
      bare ? NONE : ratio(added, pair.added),
      number(shift, 4),
      long ? `${long} of ${loads}, up to ${number(longest)} ms` : `0 of ${loads}`,
    ];
  });
  const head = [
    '',
    'first hit, ms',
    '× pair',
    'banner, ms',
    '× pair',
    'main thread added, ms',
    '× pair',
    'CLS',
    'loads with a long task of its own',
  ];
  return table([head, ...rows]);
}

/** What each side loads, and holds in memory. @param {Run} run */
export function weight({ sides, ask }) {
  const pair = ask('pair', 'unthrottled', 'cold');
  const rows = sides.slice(1).map(({ key, name }) => {
    const { files, bytes, heap, wasm, memory } = ask(key, 'unthrottled', 'cold');
    const part = pair.bytes ? number(bytes / pair.bytes, 2) : NONE;
    return [
      name,
      number(files),
      number(bytes),
      part,
      cell(heap, 0, 1024),
      cell(wasm, 0, 1024),
      cell(memory, 0, 1024),
      ratio(memory, pair.memory),
    ];
  });
  const head = ['', 'files', 'bytes, brotli', '× pair', 'heap added, KiB', 'WebAssembly, KiB', 'together, KiB', '× pair'];
  return table([head, ...rows]);
}

/** @param {Verdict[]} all */
function inWords(all) {
  const [met, behind] = ['met', 'behind'].map((which) => all.filter(({ verdict }) => verdict === which).length);
  return `Of ${all.length} goals, ${met} ${met === 1 ? 'is' : 'are'} met${behind ? ` and ${behind} ${behind === 1 ? 'is' : 'are'} behind: the first table says which` : ''}.`;
}

/** @param {Run} run */
export const page = (run) => `# Benchmark: what it costs a page

<!-- Written by npm run bench:page. Change bench/page/, not this file. -->

askfirst counts visits and asks for consent. Here it stands beside trackers and banners that sites load today, each alone, and beside the
pair of a tracker and a banner, which together do both. ${inWords(verdicts(run.ask))}${run.busy ? `\n\n**Not a quiet machine:** ${run.busy}` : ''}

![Bars for each side: first hit, banner, main-thread time, bytes and memory, on a slow line with a cold cache. The tables below hold the same figures](images/benchmark.svg)

## The goals

${goals(run)}

Ratios are of medians of this one run, ours by the other's. The pair is Plausible + cookieconsent.

## Where the time goes

Medians, with quartiles, of ${run.rounds} loads each. Milliseconds are from the start of the navigation; "×" is by the pair's.
${run.lines
  .flatMap(({ name }) =>
    /** @type {const} */ (['cold', 'warm']).map(
      (cache) => `
### ${name[0]?.toUpperCase()}${name.slice(1)}, ${cache} cache

${situation(run, /** @type {LineName} */ (name), cache)}
`,
    ),
  )
  .join('')}
## What is loaded, and what stays in memory

${weight(run)}

Unthrottled, cold cache. Files and bytes are what is fetched beside the page's own files; the bodies of answers, without headers.

## How it is measured

\`npm run bench:page\` loads one page in Chromium, again and again: a shop's list with several hundred elements, two pictures with their sizes (one
below the fold, loaded lazily), a style sheet and a script of its own; no web font. The HTML is the same for all sides but for the tags. Everything
comes from one server on this machine, compressed with brotli at quality 11; askfirst's file is kept there as its real collector gave it the
first time, and that collector takes what it sends; what the others send ends in the same server, which answers as theirs would. Nothing leaves the
machine.

- **Cold** is a fresh profile; **warm** the second load of that profile, in a new tab. A round loads every side once in each situation, and each
  round begins with another side. Of the browser's own window, what draws the list below its address bar is turned off: it takes the processor
  just when a page in a new tab is loaded.
${run.lines.map(({ about }) => `- **${about.replace(':', ':**')}.`).join('\n')}
- **First hit**: when the network stack sends the first request that carries the page view, as the browser's protocol tells it.
- **Banner**: the first animation frame in which its box is not empty, it is not hidden and its opacity is above 0.
- **Main thread added**: the CPU time of the page's main thread until nothing is on its way any more (\`TaskDuration\` by thread time), less that of the
  bare page in the same round.
- **CLS**: the sum of all layout shifts, the largest of all loads.
- **Long task of its own**: 50 ms or more by the clock in one piece of script that comes from the side's files, as the browser's long animation
  frames attribute it.
- **Memory**: after two garbage collections, the live JavaScript heap beyond the bare page's of the same round, and the size of every
  \`WebAssembly.Memory\` of the page. Compiled code is in neither.

## The sides

Each with what it wants to be told before it counts on a machine's own address.

${table([['side', 'version', 'in the page'], ...run.sides.map(({ name, version, about }) => [name, version || NONE, about])]).replace('| --- | --: | --: |', '| --- | --- | --- |')}
${run.left.map((what) => `\nNot in the tables: ${what}\n`).join('')}
## The machine

${table([['', ''], ...run.machine, ['rounds', String(run.rounds)], ['date', run.date]]).replace('| --- | --: |', '| --- | --- |')}
`;
