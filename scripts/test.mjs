// npm test: everything that has to hold, step by step. A failing step does not keep the others from running.
//   npm test -- --only e2e,package   these steps only
//   npm test -- --with deny,examples also the steps that are off by default
//   npm test -- --help               the steps
import { readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { browser, driver, firefox } from './lib/browser.mjs';
import { cargoTests, clean, nodeTests } from './lib/checks.mjs';
import { buildTestCollector, testCollector } from './lib/collector.mjs';
import { Failure, main, root, say } from './lib/run.mjs';
import { sizes } from './lib/sizes.mjs';
import { buildSnippet } from './lib/snippet.mjs';
import { cargoDeny, hasCargoDeny, nodeModules, rust, wasmBindgenTestRunner } from './lib/tools.mjs';
import { deny } from './lib/deny.mjs';

/** @typedef {import('./lib/checks.mjs').Counts} Counts */
/** `optional`: why it is not part of each run. @typedef {{ name: string, about: string, optional?: string | false, work: () => Promise<Counts | void> }} Step */

/** A program from node_modules. @param {string} name @param {string[]} args @returns {[string, ...string[]]} */
const bin = (name, ...args) => [join(root, 'node_modules', '.bin', name), ...args];
const wasm = ['--target', 'wasm32-unknown-unknown', '--package', 'askfirst'];
/** @param {string} folder */
const tests = (folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => join(folder, name));

/** The tests in a browser once more, in Chromium, where something keeps pages from WebAssembly. @param {'compiler' | 'policy'} by */
async function withoutWasm(by) {
  const env = { CHROME_PATH: await browser(), ASKFIRST_BROWSERS: 'Chromium', ASKFIRST_WITHOUT_WASM: by };
  const files = tests('tests/e2e').filter((file) => !file.endsWith('firefox.test.mjs'));
  return nodeTests(files, { env, again: true });
}

/** @type {Step[]} */
const steps = [
  { name: 'fmt', about: 'Rust is formatted', work: () => clean(['cargo', 'fmt', '--all', '--check']) },
  {
    name: 'clippy',
    about: 'Rust is free of lints, natively and for the browser',
    work: () =>
      clean(
        ['cargo', 'clippy', '--workspace', '--all-targets', '--all-features', '--', '-D', 'warnings'],
        ['cargo', 'clippy', ...wasm, '--lib', '--test', 'browser', '--', '-D', 'warnings'],
      ),
  },
  {
    name: 'doc',
    about: 'the documentation of all crates has no broken link',
    work: () => clean(['cargo', 'doc', '--workspace', '--no-deps', '--all-features', '--config', 'build.rustdocflags=["-D", "warnings"]']),
  },
  { name: 'prettier', about: 'JavaScript is formatted', work: () => clean(bin('prettier', '--check', '--log-level=warn', '.')) },
  { name: 'eslint', about: 'JavaScript is free of lints', work: () => clean(bin('eslint', '--max-warnings=0', '.')) },
  {
    name: 'types',
    about: 'JavaScript and TypeScript have their types right',
    work: () => clean(bin('tsc', '--project', '.'), bin('tsc', '--project', 'tests')),
  },
  {
    name: 'deny',
    about: 'licences, bans and sources of all crates',
    optional: !hasCargoDeny() && 'builds a tool first, for minutes',
    work: async () => deny(await cargoDeny()),
  },
  { name: 'rust', about: 'Rust tests of all crates', work: () => cargoTests(['--workspace', '--all-features']) },
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
    name: 'build',
    about: 'the snippet and the collector build',
    work: async () => {
      await buildSnippet();
      await buildTestCollector();
    },
  },
  {
    name: 'e2e',
    about: 'real browser, real collector, real pages',
    work: async () => {
      // Found once, so that no two test files install one at the same time.
      const env = { CHROME_PATH: await browser(), FIREFOX_PATH: (await firefox()) ?? '' };
      return nodeTests(tests('tests/e2e'), { env, again: true });
    },
  },
  { name: 'plain', about: 'the same in Chromium without a compiler for WebAssembly', work: async () => withoutWasm('compiler') },
  { name: 'policy', about: "the same in pages of script-src 'self', which forbids WebAssembly", work: async () => withoutWasm('policy') },
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

/** The steps that the command line asks for; none where it asks for help. */
function asked() {
  const { values } = parseArgs({
    options: { only: { type: 'string', multiple: true }, with: { type: 'string', multiple: true }, help: { type: 'boolean' } },
  });
  /** @param {string[]} [lists] */
  const names = (lists = []) => lists.flatMap((list) => list.split(','));
  const [only, also] = [names(values.only), names(values.with)];
  const unknown = [...only, ...also].find((name) => !steps.some((step) => step.name === name));
  if (unknown) throw new Failure(`there is no step ${unknown}; there are ${steps.map((step) => step.name).join(', ')}`);
  if (values.help) {
    process.stdout.write('npm test -- [--only STEP,…] [--with STEP,…]\n\n');
    for (const { name, about, optional } of steps) {
      process.stdout.write(`  ${name.padEnd(9)} ${about}${optional ? ` (only --with ${name}: ${optional})` : ''}\n`);
    }
    return [];
  }
  return steps.filter(({ name, optional }) => (only.length ? only.includes(name) : !optional || also.includes(name)));
}

main(async () => {
  const todo = asked();
  if (!todo.length) return;
  process.env.ASKFIRST_COLLECTOR ??= testCollector;
  await nodeModules();
  await rust();
  // With all features the collector has dist/ inside.
  if (todo.some(({ name }) => ['clippy', 'doc', 'rust'].includes(name))) await buildSnippet();
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
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed\n`);
  if (sum.failed) process.exitCode = 1;
});
