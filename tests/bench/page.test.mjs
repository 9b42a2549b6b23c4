// npm run bench:page, run for one round: the real page, the real collector, a real browser. Which figures come out is not tested; that
// they are all there, and agree with each other, is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { root } from '../../scripts/lib/run.mjs';

const WRITTEN = ['docs/BENCHMARKS.md', 'docs/images/benchmark.svg'].map((path) => join(root, path));
const written = () => WRITTEN.map((path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined));

/** @param {...string} args */
const bench = (...args) =>
  spawnSync(process.execPath, [join(root, 'bench', 'page', 'main.mjs'), ...args], { encoding: 'utf8', timeout: 240_000 });

/** The tables, by the line above them; each row by its first cell. @type {Map<string, Map<string, string[]>>} */
const tables = new Map();
const [earlier, run] = [written(), { status: /** @type {number | null} */ (null), said: '' }];

before(() => {
  const { status, stdout, stderr } = bench('--quick', '--only', 'unthrottled', '--no-build');
  Object.assign(run, { status, said: stdout + stderr });
  for (const [, title = '', rows = ''] of stdout.matchAll(/^→ (.*)\n((?:\|.*\|\n)+)/gm)) {
    const cells = rows
      .trim()
      .split('\n')
      .map((row) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    tables.set(title, new Map(cells.slice(2).map(([name = '', ...rest]) => [name, rest])));
  }
});

/** @param {string} title @param {string} row */
function cellsOf(title, row) {
  const cells = tables.get(title)?.get(row);
  assert.ok(cells, `${title}: ${row}: ${run.said}`);
  return cells;
}
/** The first number of a cell. @param {string | undefined} cell */
const value = (cell = '') => Number.parseFloat(cell.replaceAll(',', ''));

const CACHES = ['unthrottled, cold cache', 'unthrottled, warm cache'];
const LOADED = 'What is loaded, and what stays in memory';
const PAIR = 'Plausible + cookieconsent';
/** Who has what. */
const COUNTS = ['askfirst', PAIR, 'Plausible', 'posthog-js'];
const ASKS = ['askfirst', PAIR, 'cookieconsent'];

test('it comes to its end, with a table for each cache', () => {
  assert.equal(run.status, 0, run.said);
  assert.deepEqual([...tables.keys()], [...CACHES, LOADED, 'Goals']);
});

test('every cell is filled: by a number where the side does what is measured, by a dash where it does not', () => {
  for (const [title, rows] of tables) {
    for (const [name, cells] of rows) for (const cell of cells) assert.ok(cell !== '' && !/NaN|undefined/.test(cell), `${title}: ${name}`);
  }
  for (const title of CACHES) {
    const names = [...(tables.get(title)?.keys() ?? [])].slice(1);
    for (const name of names) {
      const [hit, , banner, , added, , shift] = cellsOf(title, name);
      assert.equal(value(hit) > 0, COUNTS.includes(name), `first hit of ${name}: ${hit}`);
      assert.equal(value(banner) > 0, ASKS.includes(name) || name === 'Klaro', `banner of ${name}: ${banner}`);
      assert.ok(Number.isFinite(value(added)) && Number.isFinite(value(shift)), `${name}: ${added}, ${shift}`);
    }
  }
});

test('a ratio is what its two figures make', () => {
  for (const title of CACHES) {
    for (const [names, column] of /** @type {const} */ ([
      [COUNTS, 0],
      [ASKS, 2],
    ])) {
      const theirs = value(cellsOf(title, PAIR)[column]);
      for (const name of names) {
        const [ours, ratio] = [value(cellsOf(title, name)[column]), value(cellsOf(title, name)[column + 1])];
        // Both are rounded to milliseconds, and their ratio to hundredths.
        const most = 0.005 + (0.5 + (0.5 * ours) / theirs) / (theirs - 0.5);
        assert.ok(Math.abs(ratio - ours / theirs) <= most, `${title}: ${name}: ${ratio}, not ${ours} / ${theirs}`);
      }
    }
  }
});

test('bytes are those of the files: ours one file as it was built, the pair what its two halves load', () => {
  const bytes = (/** @type {string} */ name) => value(cellsOf(LOADED, name)[1]);
  assert.equal(bytes('askfirst'), statSync(join(root, 'dist', 'askfirst.js.br')).size);
  assert.equal(cellsOf(LOADED, 'askfirst')[0], '1');
  assert.equal(bytes(PAIR), bytes('Plausible') + bytes('cookieconsent'));
});

test('only a page with a module has WebAssembly memory, and that in whole pages of 64 KiB', () => {
  const wasm = (/** @type {string} */ name) => value(cellsOf(LOADED, name)[4]);
  assert.ok(wasm('askfirst') > 0 && wasm('askfirst') % 64 === 0);
  assert.equal(wasm(PAIR), 0);
});

test('goals of a line that was not loaded are not measured, all others have a verdict', () => {
  const rows = [...(tables.get('Goals') ?? [])];
  assert.ok(rows.length > 5);
  for (const [what, cells] of rows)
    assert.match(cells.at(-1) ?? '', /, throttled/.test(what) ? /^not measured$/ : /^(met|\*\*behind\*\*)$/, what);
});

test('a quick run writes nothing', () => assert.deepEqual(written(), earlier));

test('what it does not know it refuses, and says what there is', () => {
  const { status, stderr } = bench('--only', 'slow');
  assert.equal(status, 1);
  assert.match(stderr, /--only must be one of unthrottled, throttled/);
  assert.match(bench('--rounds', '0').stderr, /--rounds must be a whole number from 1 to 100/);
  assert.match(bench('--help').stdout, /npm run bench:page -- /);
});
