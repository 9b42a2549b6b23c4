// What the page benchmark computes from its loads: by examples whose answers can be seen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median, spread } from '../../bench/lib/numbers.mjs';
import { chart } from '../../bench/page/chart.mjs';
import { GOALS, judge } from '../../bench/page/goals.mjs';
import { goals, page, situation, table, weight } from '../../bench/page/markdown.mjs';
import { sum } from '../../bench/page/sums.mjs';

/** @typedef {import('../../bench/page/sums.mjs').Load} Load @typedef {import('../../bench/page/sums.mjs').Found} Found @typedef {import('../../bench/page/sides.mjs').Key} Key */

/** @type {Found} */
const NOTHING = { paint: 10, shift: 0, largest: false, busy: 100, long: [], files: 0, bytes: 0 };
/** @param {Key} key @param {number} round @param {Partial<Found>} found @param {Partial<Load>} [where] @returns {Load} */
const load = (key, round, found, where = {}) => ({
  key,
  round,
  line: 'throttled',
  cache: 'cold',
  ...where,
  found: { ...NOTHING, ...found },
});
/** @param {string} path */
const isOwn = (path) => path.startsWith('/page/');

test('the median of an even number of values lies between the middle two, and quartiles between their neighbours', () => {
  assert.deepEqual(spread([4, 1, 3, 2]), { low: 1.75, median: 2.5, high: 3.25 });
  assert.deepEqual(spread([5, 1, 3]), { low: 2, median: 3, high: 4 });
  assert.deepEqual(spread([7]), { low: 7, median: 7, high: 7 });
  assert.equal(median([10, 9, 100]), 10);
  assert.ok(Number.isNaN(median([])));
});

test('the order of values changes nothing, and they stay as they were', () => {
  const values = [9, 2, 5, 5, 1, 30];
  const before = [...values];
  assert.deepEqual(spread(values), spread([...values].reverse()));
  assert.deepEqual(values, before);
});

test("what a side adds is beyond the bare page's of the same round, and not beyond its median", () => {
  const loads = [
    load('bare', 0, { busy: 100 }),
    load('bare', 1, { busy: 300 }),
    load('bare', 2, { busy: 110 }),
    load('askfirst', 0, { busy: 120 }),
    load('askfirst', 1, { busy: 330 }),
    load('askfirst', 2, { busy: 150 }),
    // Of another situation.
    load('bare', 0, { busy: 5 }, { cache: 'warm' }),
    load('askfirst', 0, { busy: 9 }, { line: 'unthrottled' }),
  ];
  assert.deepEqual(sum(loads, 'askfirst', 'throttled', 'cold', isOwn).added, { low: 25, median: 30, high: 35 });
  assert.equal(sum(loads, 'askfirst', 'throttled', 'cold', isOwn).loads, 3);
});

test('what one load of a side does not have, the side does not have', () => {
  const loads = [load('askfirst', 0, { sent: 5 }), load('askfirst', 1, {})];
  assert.equal(sum(loads, 'askfirst', 'throttled', 'cold', isOwn).sent, undefined);
  assert.equal(sum([load('klaro', 0, { visible: 8 })], 'klaro', 'throttled', 'cold', isOwn).sent, undefined);
});

test("a long task is a side's own where its script is not the page's", () => {
  const loads = [
    load('askfirst', 0, { long: [{ from: '/page/site.js', took: 90 }] }),
    load('askfirst', 1, {
      long: [
        { from: '/askfirst.js', took: 61 },
        { from: '/askfirst.js', took: 77 },
      ],
    }),
  ];
  const { long, longest } = sum(loads, 'askfirst', 'throttled', 'cold', isOwn);
  assert.deepEqual({ long, longest }, { long: 1, longest: 77 });
});

test('memory is heap and WebAssembly together, and the most that was fetched and shifted counts', () => {
  const loads = [
    load('bare', 0, { heap: 1000, wasm: 0 }),
    load('askfirst', 0, { heap: 1300, wasm: 500, bytes: 7, files: 1, shift: 0 }),
    load('bare', 1, { heap: 2000, wasm: 0 }),
    load('askfirst', 1, { heap: 2100, wasm: 500, bytes: 9, files: 2, shift: 0.1 }),
  ];
  const { memory, bytes, files, shift } = sum(loads, 'askfirst', 'throttled', 'cold', isOwn);
  assert.deepEqual({ memory: memory?.median, bytes, files, shift }, { memory: 700, bytes: 9, files: 2, shift: 0.1 });
});

/** A goal about one figure of ours, and one of theirs. @param {number | undefined} ours @param {number | undefined} theirs @param {number} limit @param {string} [unit] */
const held = (ours, theirs, limit, unit = 'ms') =>
  judge({ what: '', unit, limit, ours: () => ours, ...(theirs !== undefined && { theirs: () => theirs }) }, () => {
    throw new Error('nothing is asked');
  });

test('a ratio at its limit is met, one above it is behind', () => {
  assert.deepEqual([held(50, 100, 0.5).figure, held(50, 100, 0.5).verdict], [0.5, 'met']);
  assert.equal(held(50.1, 100, 0.5).verdict, 'behind');
  assert.equal(held(0, undefined, 0, 'loads').verdict, 'met');
  assert.equal(held(1, undefined, 0, 'loads').verdict, 'behind');
});

test('memory has to be under its limit, not at it', () => {
  assert.equal(held(511.9, undefined, 512, 'KiB').verdict, 'met');
  assert.equal(held(512, undefined, 512, 'KiB').verdict, 'behind');
});

test('what was not measured is neither met nor behind', () => {
  assert.equal(held(undefined, 100, 0.5).verdict, 'not measured');
  assert.equal(held(1, NaN, 0.5).verdict, 'not measured');
  assert.equal(held(1, 0, 0.5).verdict, 'not measured');
  assert.equal(held(1, -3, 0.5).verdict, 'not measured');
});

test('a table has a cell for each column, the first to the left', () => {
  assert.equal(
    table([
      ['', 'a'],
      ['b', '1'],
    ]),
    '|  | a |\n| --- | --: |\n| b | 1 |',
  );
});

/** A run of two rounds, in which the pair is `slower` times as slow as ours. @param {number} slower @returns {import('../../bench/page/markdown.mjs').Run} */
function run(slower) {
  const at = (/** @type {number} */ value) => ({
    sent: value,
    visible: 2 * value,
    busy: 100 + value,
    heap: 1000 + value,
    wasm: 0,
    bytes: value,
    files: 1,
  });
  /** @type {[Key, Partial<Found>][]} */
  const found = [
    ['bare', { heap: 1000, wasm: 0 }],
    ['askfirst', at(100)],
    ['pair', at(100 * slower)],
    ['cookieconsent', { ...at(100 * slower), sent: undefined }],
  ];
  const loads = [0, 1].flatMap((round) =>
    /** @type {const} */ (['unthrottled', 'throttled']).flatMap((line) =>
      /** @type {const} */ (['cold', 'warm']).flatMap((cache) => found.map(([key, what]) => load(key, round, what, { line, cache }))),
    ),
  );
  return {
    sides: found.map(([key]) => ({ key, name: key, version: '1.0', about: 'a side' })),
    lines: ['unthrottled', 'throttled'].map((name) => ({ name, about: `${name}: so`, settle: 0 })),
    ask: (key, line, cache) => sum(loads, key, line, cache, isOwn),
    rounds: 2,
    date: '2026-01-02',
    machine: [['memory', '8 GiB']],
    left: ['somebody'],
  };
}

/** The cells of a Markdown table, without its head. @param {string} markdown */
const cells = (markdown) =>
  markdown
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((text) => text.trim()),
    );

test("ratios are by the pair's, and what a side does not do is a dash", () => {
  const rows = cells(situation(run(4), 'throttled', 'cold'));
  assert.deepEqual(rows[1]?.slice(0, 7), [
    'askfirst',
    '100 (100 to 100)',
    '0.25',
    '200 (200 to 200)',
    '0.25',
    '100.0 (100.0 to 100.0)',
    '0.25',
  ]);
  assert.deepEqual(rows[3]?.slice(0, 5), ['cookieconsent', '–', '–', '800 (800 to 800)', '1.00']);
  assert.deepEqual(cells(weight(run(4)))[0]?.slice(0, 4), ['askfirst', '1', '100', '0.25']);
});

test('every goal has a row, and where ours is slower the page says behind', () => {
  assert.equal(cells(goals(run(4))).length, GOALS.length);
  assert.ok(cells(goals(run(4))).every((row) => row.at(-1) === 'met'));
  assert.match(page(run(4)), new RegExp(`Of ${GOALS.length} goals, ${GOALS.length} are met\\.`));
  const slow = page(run(0.9));
  assert.equal(slow.match(/\*\*behind\*\*/g)?.length, 6);
  assert.match(slow, /goals, 4 are met and 6 are behind: the first table says which\./);
});

test('the page holds the date, the machine, the versions and what is left out', () => {
  for (const what of ['2026-01-02', '8 GiB', '| pair | 1.0 |', 'Not in the tables: somebody', '### Throttled, warm cache']) {
    assert.ok(page(run(2)).includes(what), what);
  }
  assert.ok(!/undefined|NaN|Infinity|Not a quiet machine/.test(page(run(2))));
  assert.match(page({ ...run(2), busy: 'so much.' }), /\*\*Not a quiet machine:\*\* so much\.\n/);
});

test('a bar is as long as its value, by the longest of its panel', () => {
  const svg = chart(run(4));
  const widths = Array.from(svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)"/g), ([, width]) => Number(width));
  assert.ok(Math.abs((widths[0] ?? 0) * 4 - (widths[1] ?? 0)) < 0.3, `${widths}`);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.ok(!/undefined|NaN/.test(svg));
});
