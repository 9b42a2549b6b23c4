// npm run bench:page: what a page pays for being counted and for asking, ours beside others', in Chromium.
//   npm run bench:page -- --help
import { writeFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FLAGS, browser } from '../../scripts/lib/browser.mjs';
import { buildReleaseCollector } from '../../scripts/lib/collector.mjs';
import { Failure, main, root, say } from '../../scripts/lib/run.mjs';
import { buildSnippet } from '../../scripts/lib/snippet.mjs';
import { nodeModules } from '../../scripts/lib/tools.mjs';
import { LINES } from '../lib/lines.mjs';
import { chart } from './chart.mjs';
import { goals, page, situation, weight } from './markdown.mjs';
import { sum } from './sums.mjs';

const ROUNDS = 10;
const HELP = `npm run bench:page -- [--rounds N] [--quick] [--only LINE] [--no-build]

One realistic page, loaded with askfirst, with Plausible's tracker, posthog-js, vanilla-cookieconsent, Klaro, with the pair of
Plausible and vanilla-cookieconsent, and with nothing; cold and warm cache; without throttling, and on Lighthouse's slow 4G with a
CPU that is 4 times slower. For each: when the first hit is sent, when the banner can be seen, main-thread time, bytes, CLS, long
tasks, memory. The tables, the verdicts and a chart go into docs/BENCHMARKS.md and docs/images/benchmark.svg, which say how each is
measured. Let nothing else run meanwhile.

  --rounds N    rounds, ${ROUNDS} where it is not said: about a minute each, and no more once a quarter of an hour is over
  --quick       one round, to see that it works; writes nothing
  --only LINE   unthrottled or throttled; writes nothing
  --no-build    take dist/ and the collector as they are built`;

/** What is not compared, and why. */
const LEFT = ["Umami's script comes from its server; no package of npm was found that holds it."];

function asked() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(ROUNDS) },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      'no-build': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const rounds = values.quick ? 1 : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) throw new Failure('--rounds must be a whole number from 1 to 100');
  const lines = LINES.filter(({ name }) => !values.only || values.only === name);
  if (!lines.length) throw new Failure(`--only must be one of ${LINES.map(({ name }) => name).join(', ')}`);
  return { rounds, lines, writes: !values.quick && !values.only, build: !values['no-build'], help: values.help };
}

/** What the figures were measured on; nothing by which one machine is told from another of its kind. @param {string} chromium @param {number[]} loads of it, from the start to the end */
function machine(chromium, loads) {
  const all = cpus();
  return /** @type {[string, string][]} */ ([
    ['processor', `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}`],
    ['memory', `${Math.round(totalmem() / 1024 ** 3)} GiB`],
    ['system', `${platform()} ${arch()}`],
    ['Chromium', chromium],
    ['Node', process.version],
    ['load of the machine', `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`],
  ]);
}

/**
 * Where something else ran meanwhile, in words.
 * @param {number[]} loads of the machine
 */
function busy(loads) {
  const [most, all] = [Math.max(...loads), cpus().length];
  if (most <= all) return undefined;
  return `its load was up to ${most.toFixed(1)} on ${all} processors. Times are longer than by itself, and tasks that would be short can be long.`;
}

/** @param {number} done @param {number} rounds @param {number} seconds */
function progress(done, rounds, seconds) {
  const left = ((rounds - done) * seconds) / done / 60;
  process.stdout.write(
    `  round ${done} of ${rounds}, ${seconds.toFixed(0)} s; about ${left.toFixed(0)} min to go; load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
  );
}

main(async () => {
  const { rounds: wanted, lines, writes, build, help } = asked();
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  await nodeModules();
  if (build) {
    await buildSnippet();
    await buildReleaseCollector();
  }
  // Only now: a fresh checkout has installed what they import.
  const { chromium } = await import('playwright-core');
  const { AGENT } = await import('../../tests/conformance/lib/chromium.mjs');
  const { isOwn, measureAll } = await import('./measure.mjs');
  const { serveAll, sides: take } = await import('./sides.mjs');
  const { sides, missing } = await take();
  const executablePath = await browser();
  const { origin, served, stop } = await serveAll(sides);
  /** @type {import('playwright-core').Browser | undefined} */
  let chrome;
  try {
    chrome = await chromium.launch({ executablePath, args: [...FLAGS, AGENT] });
    const version = chrome.version();
    say(`${wanted} rounds of ${sides.length} pages, Chromium ${version}, Node ${process.version}`);
    /** Each is the last minute's, so that none is of what was built before. @type {number[]} */
    const loadsOf = [];
    const { loads, rounds } = await measureAll({ chrome, origin, served }, sides, lines, wanted, (done, seconds) => {
      progress(done, wanted, seconds);
      loadsOf.push(loadavg()[0] ?? 0);
    });
    /** @type {import('./markdown.mjs').Run} */
    const run = {
      sides,
      lines,
      ask: (key, line, cache) => sum(loads, key, line, cache, isOwn),
      rounds,
      date: new Date().toISOString().slice(0, 10),
      machine: machine(version, loadsOf),
      busy: busy(loadsOf),
      left: [...LEFT, ...missing],
    };
    for (const { name } of lines) {
      for (const cache of /** @type {const} */ (['cold', 'warm'])) {
        say(`${name}, ${cache} cache`);
        process.stdout.write(`${situation(run, /** @type {import('./sums.mjs').LineName} */ (name), cache)}\n`);
      }
    }
    say('What is loaded, and what stays in memory');
    process.stdout.write(`${weight(run)}\n`);
    say('Goals');
    process.stdout.write(`${goals(run)}\n${run.busy ? `\nNot a quiet machine: ${run.busy}\n` : ''}`);
    if (!writes) return;
    writeFileSync(join(root, 'docs', 'BENCHMARKS.md'), page(run));
    writeFileSync(join(root, 'docs', 'images', 'benchmark.svg'), chart(run));
    process.stdout.write('\ndocs/BENCHMARKS.md and docs/images/benchmark.svg are written\n');
  } finally {
    await chrome?.close();
    await stop();
  }
});
