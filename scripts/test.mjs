// npm test: everything that has to hold, step by step. A failing step does not keep the others from running.
//   npm test -- --only e2e,package   these steps only
//   npm test -- --with matrix        also a step that is off by default
//   npm test -- --with all           all steps
//   npm test -- --help               the steps
import { readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { browser, driver, firefox } from './lib/browser.mjs';
import { cargoTests, clean, nodeTests, took } from './lib/checks.mjs';
import { buildTestCollector, testCollector } from './lib/collector.mjs';
import { Failure, main, root, say } from './lib/run.mjs';
import { sizes } from './lib/sizes.mjs';
import { buildSnippet } from './lib/snippet.mjs';
import { cargoDeny, cargoMutants, hasCargoDeny, nodeModules, rust, wasmBindgenTestRunner } from './lib/tools.mjs';
import { deny } from './lib/deny.mjs';
import { mutants } from './lib/mutants.mjs';

/** @typedef {import('./lib/checks.mjs').Counts} Counts */
/** `optional`: why it is not part of each run. @typedef {{ name: string, about: string, optional?: string | undefined, work: () => Promise<Counts | void> }} Step */

/** A program from node_modules. @param {string} name @param {string[]} args @returns {[string, ...string[]]} */
const bin = (name, ...args) => [join(root, 'node_modules', '.bin', name), ...args];
const wasm = ['--target', 'wasm32-unknown-unknown', '--package', 'askfirst'];
/** What lints, documentation and Rust tests are built with. */
const FEATURES = ['--all-features'];

/** The test files of a folder, large ones first: the last ones of a step then end at about the same time. @param {string} folder */
const tests = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => join(folder, name))
    .map((path) => ({ path, size: LONG.some((name) => path.endsWith(name)) ? Infinity : statSync(join(root, path)).size }))
    .sort((one, other) => (one.size === other.size ? 0 : other.size - one.size));

/** Short files that run for long: they run the cases of tests/conformance/. */
const LONG = ['conformance.test.mjs'];

/** Tests of layout, keyboard and the demo's form. The module does not change their outcome, so without WebAssembly they only run in `jitless`. */
const LAYOUT = ['accessible.test.mjs', 'banner.test.mjs', 'keyboard.test.mjs', 'tag.test.mjs'];

/**
 * The tests in a browser. The browsers are found once, so that no two test files install one at the same time.
 * @param {string} [which] as in tests/e2e/lib/which.mjs
 * @param {string} [withoutWasm] as in tests/e2e/lib/wasm.mjs
 * @param {string[]} [without] files that are left out
 */
async function endToEnd(which = '', withoutWasm = '', without = []) {
  const env = {
    CHROME_PATH: await browser(),
    FIREFOX_PATH: (await firefox()) ?? '',
    ASKFIRST_BROWSERS: which,
    ASKFIRST_WITHOUT_WASM: withoutWasm,
  };
  const left = which === 'Chromium' ? ['firefox.test.mjs', ...without] : without;
  const files = tests('tests/e2e').filter(({ path }) => !left.some((name) => path.endsWith(`/${name}`)));
  return nodeTests(files, { env, browsers: true });
}

/**
 * What runs without a compiler for WebAssembly each time. The module is then the same as in the step `policy`, where nearly every test runs;
 * what differs is how the page finds out, and how slow JavaScript is without a compiler of its own (`--jitless`).
 * @type {import('./lib/checks.mjs').TestFile[]}
 */
const WITHOUT_COMPILER = [
  // The first page view; saying no to everything.
  { path: 'tests/e2e/1-before-the-choice.test.mjs', only: ['before the choice nothing leaves', 'at none no request leaves'] },
  // A yes, and taking it back.
  { path: 'tests/e2e/2-no-id.test.mjs', only: ['Accept sets the id and the choice', 'withdrawal removes the id'] },
  // Nothing on the console, no shift; a compiler that fails for another reason than a policy.
  { path: 'tests/e2e/7-host-page.test.mjs', only: ['the page shows the banner without a shift', 'a module that was broken on its way'] },
  // What waits under an id is written and read back by the plain module.
  { path: 'tests/e2e/queue.test.mjs', only: ['survives the tab'] },
];

/** @type {Step[]} */
const steps = [
  { name: 'fmt', about: 'Rust is formatted', work: () => clean(['cargo', 'fmt', '--all', '--check']) },
  { name: 'prettier', about: 'JavaScript is formatted', work: () => clean(bin('prettier', '--check', '--log-level=warn', '.')) },
  { name: 'eslint', about: 'JavaScript is free of lints', work: () => clean(bin('eslint', '--max-warnings=0', '.')) },
  {
    name: 'types',
    about: 'JavaScript and TypeScript have their types right',
    work: () => clean(bin('tsc', '--project', '.'), bin('tsc', '--project', 'tests')),
  },
  {
    name: 'build',
    about: 'the snippet and the collector build',
    work: async () => {
      await buildSnippet();
      await buildTestCollector();
    },
  },
  {
    name: 'clippy',
    about: 'Rust is free of lints, natively and for the browser',
    work: () =>
      clean(
        ['cargo', 'clippy', '--workspace', '--all-targets', ...FEATURES, '--', '-D', 'warnings'],
        ['cargo', 'clippy', ...wasm, '--lib', '--test', 'browser', '--', '-D', 'warnings'],
      ),
  },
  {
    name: 'doc',
    about: 'the documentation of all crates has no broken link',
    work: () => clean(['cargo', 'doc', '--workspace', '--no-deps', ...FEATURES, '--config', 'build.rustdocflags=["-D", "warnings"]']),
  },
  {
    name: 'deny',
    about: 'licences, bans and sources of all crates',
    optional: hasCargoDeny() ? undefined : 'builds cargo-deny first, once, for some five minutes',
    work: async () => deny(await cargoDeny()),
  },
  { name: 'rust', about: 'Rust tests of all crates', work: () => cargoTests(['--workspace', ...FEATURES]) },
  {
    name: 'mutants',
    about: 'tests notice when the pure modules are changed: redaction, decoding, choice, consent, delivery',
    optional: 'some forty minutes',
    work: async () => mutants(await cargoMutants()),
  },
  {
    name: 'wasm',
    about: 'Rust tests in a browser',
    work: async () => {
      await browser();
      const runner = await wasmBindgenTestRunner();
      const path = `${dirname(runner)}${delimiter}${process.env.PATH}`;
      // Colours, and the list of what is not shown, would stand in the way of counting.
      return cargoTests([...wasm, '--test', 'browser'], { CHROMEDRIVER: await driver(), PATH: path });
    },
  },
  {
    name: 'e2e',
    about: 'real browser, real collector, real pages: all in Chromium, the promises and what may differ in Firefox and WebKitGTK too',
    work: () => endToEnd(),
  },
  {
    name: 'policy',
    about: "the same in Chromium, but for layout, in pages of script-src 'self', which forbids WebAssembly",
    work: () => endToEnd('Chromium', 'policy', LAYOUT),
  },
  {
    name: 'plain',
    about: 'a handful of the same in Chromium without a compiler for WebAssembly',
    work: async () => {
      const env = { CHROME_PATH: await browser(), ASKFIRST_BROWSERS: 'Chromium', ASKFIRST_WITHOUT_WASM: 'compiler' };
      return nodeTests(WITHOUT_COMPILER, { env, browsers: true });
    },
  },
  {
    name: 'matrix',
    about: 'what e2e leaves out in Firefox and WebKitGTK',
    optional: 'some ten minutes',
    work: () => endToEnd('rest'),
  },
  {
    name: 'jitless',
    about: 'all of e2e in Chromium without a compiler for WebAssembly',
    optional: 'the same module as in policy',
    work: () => endToEnd('Chromium', 'compiler'),
  },
  { name: 'texts', about: 'every language says the same, within its lengths', work: () => nodeTests(tests('tests/texts')) },
  {
    name: 'package',
    about: 'the package, as others use it',
    work: async () => nodeTests(tests('tests/package'), { env: { CHROME_PATH: await browser() }, again: true }),
  },
  {
    name: 'examples',
    about: 'the package in Next.js, SvelteKit and Astro',
    optional: 'brings hundreds of packages; npm run examples runs it alone',
    work: async () => nodeTests(tests('tests/frameworks'), { env: { CHROME_PATH: await browser() }, again: true }),
  },
  { name: 'deploy', about: 'the systemd unit, and what a release consists of', work: () => nodeTests(tests('tests/deploy')) },
  {
    name: 'docs',
    about: 'the documentation: every link leads somewhere, every name in it is ours',
    work: () => nodeTests(tests('tests/docs')),
  },
  {
    name: 'bench',
    about: 'what the page benchmark says follows from what it measures',
    work: async () => nodeTests(tests('tests/bench'), { env: { CHROME_PATH: await browser() }, again: true }),
  },
  { name: 'size', about: 'no file grows beyond its budget, or beyond where it stands', work: async () => sizes({ standing: true }) },
];

/** What there is to run. */
function help() {
  /** @param {Step} step */
  const line = ({ name, about, optional }) => `  ${name.padEnd(9)} ${about}${optional ? ` (${optional})` : ''}\n`;
  const [usual, more] = [steps.filter(({ optional }) => !optional), steps.filter(({ optional }) => optional)];
  process.stdout.write(`npm test -- [--only STEP,…] [--with STEP,…]

Each time, in this order:
${usual.map(line).join('')}
With --with STEP, or --with all:
${more.map(line).join('')}`);
}

/** How many test files the summary names. */
const SLOWEST = 5;

/** The steps that the command line asks for; none where it asks for help. */
function asked() {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, with: { type: 'string', multiple: true }, help: { type: 'boolean' } },
  });
  /** @param {string[]} [lists] */
  const names = (lists = []) => lists.flatMap((list) => list.split(','));
  const [only, also] = [names(values.only), names(values.with)];
  const all = steps.map(({ name }) => name);
  const unknown = [...only, ...also].find((name) => name !== 'all' && !all.includes(name));
  if (unknown) throw new Failure(`there is no step ${unknown}; there are ${all.join(', ')}`);
  if (values.help) {
    help();
    return [];
  }
  const wanted = also.includes('all') ? all : also;
  return steps.filter(({ name, optional }) => (only.length ? only.includes(name) : !optional || wanted.includes(name)));
}

main(async () => {
  const todo = asked();
  if (!todo.length) return;
  process.env.ASKFIRST_COLLECTOR ??= testCollector;
  await nodeModules();
  await rust();
  const table = [];
  const sum = { passed: 0, failed: 0 };
  for (const [index, { name, about, work }] of todo.entries()) {
    say(`${index + 1}/${todo.length} ${name}: ${about}`);
    const start = Date.now();
    /** @type {Counts} */
    let counts = { passed: 0, failed: 0 };
    try {
      counts = (await work()) ?? counts;
    } catch (error) {
      counts.failed += 1;
      process.stdout.write(`${error instanceof Failure ? error.message : /** @type {Error} */ (error).stack}\n`);
    }
    sum.passed += counts.passed;
    sum.failed += counts.failed;
    const result = counts.failed ? 'FAILED' : (counts.note ?? 'ok');
    const seconds = `${((Date.now() - start) / 1000).toFixed(1)} s`;
    table.push([name, result, counts.passed || '', counts.failed || '', seconds]);
    process.stdout.write(`  ${result}, ${counts.passed ? `${counts.passed} passed, ` : ''}${seconds}\n`);
  }
  say('Summary');
  const rows = [['step', 'result', 'passed', 'failed', 'took'], ...table].map((row) => row.map(String));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
    process.stdout.write(`  ${cells.join('  ')}\n`);
  }
  if (took.length) {
    process.stdout.write('\n  slowest test files\n');
    const slowest = took.toSorted((one, other) => other.seconds - one.seconds).slice(0, SLOWEST);
    for (const { name, seconds } of slowest) process.stdout.write(`  ${`${seconds.toFixed(1)} s`.padStart(9)}  ${name}\n`);
  }
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`);
  if (sum.failed) process.exitCode = 1;
});
