// npm run bench:banner: how long a visitor waits for the banner, ours beside vanilla-cookieconsent's, in Chromium.
//   npm run bench:banner -- --help
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { FLAGS, browser } from '../../scripts/lib/browser.mjs';
import { buildReleaseCollector } from '../../scripts/lib/collector.mjs';
import { Failure, main, say } from '../../scripts/lib/run.mjs';
import { buildSnippet } from '../../scripts/lib/snippet.mjs';
import { nodeModules } from '../../scripts/lib/tools.mjs';
import { LINES } from '../lib/lines.mjs';
import { median, spread } from '../lib/numbers.mjs';
import { print } from '../lib/rows.mjs';
import { measure } from './measure.mjs';
import { pages } from './sides.mjs';

/** @typedef {import('../lib/load.mjs').Seen} Seen */

const HELP = `npm run bench:banner -- [--rounds N] [--no-build]

Milliseconds from the start of the navigation to the first animation frame in which the banner can be seen: its box is not
empty, it is not hidden, its opacity is above 0. A round loads each page once, with a fresh profile and a cold cache:

  askfirst           the script of dist/, as the real collector gives it away, which takes the hits
  cookieconsent      vanilla-cookieconsent as its documentation says: its style sheet in the head, and at the end of the body
                     a module that imports it and runs its first example configuration, with one category to choose
  …, one file        the same in one deferred script in the head: one request less in a row, which its documentation does
                     not speak of
  no script          such a banner in the page's own HTML: no script can show one sooner

All files come from one server on this machine, compressed with brotli, the page's HTML being the same but for the tags.
Without throttling, and on Lighthouse's slow 4G with a CPU that is 4 times slower. Of the browser's own window, what
draws the list below its address bar is turned off: it takes the processor just when a page in a new tab is loaded.

  --rounds N    loads of each page on each line, 15 where it is not said
  --no-build    take dist/ and the collector as they are built

The last line is "ratio: N M": our median divided by that of cookieconsent, as its documentation says, unthrottled and throttled.`;

/** @param {Seen[]} loads */
function summary(loads) {
  return {
    ...spread(loads.map(({ visible = NaN }) => visible)),
    shift: Math.max(...loads.map(({ shift }) => shift)),
    largest: loads.filter(({ largest }) => largest).length,
    paint: median(loads.map(({ paint }) => paint)),
  };
}

function asked() {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '15' }, 'no-build': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 200) throw new Failure('--rounds must be a whole number from 1 to 200');
  return { rounds, build: !values['no-build'], help: values.help };
}

main(async () => {
  const { rounds, build, help } = asked();
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  if (build) {
    await nodeModules();
    await buildSnippet();
    await buildReleaseCollector();
  }
  const { chromium } = await import('playwright-core');
  const executablePath = await browser();
  const { sides, origin, stop, bytes } = await pages();
  const chrome = await chromium.launch({ executablePath, args: FLAGS }).catch(async (error) => {
    await stop();
    throw error;
  });
  try {
    say(`${rounds} rounds, Chromium ${chrome.version()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`);
    // The first load of a browser pays for its start.
    for (const side of sides) await measure(chrome, origin, side, LINES[0]);
    for (const side of sides)
      if (side.files.length) process.stdout.write(`  ${side.name} ${side.version}: ${bytes(side)} bytes compressed\n`);
    for (const { about } of LINES) process.stdout.write(`  ${about}\n`);
    /** Loads by line and side. @type {Seen[][][]} */
    const loads = LINES.map(() => sides.map(() => []));
    const before = loadavg()[0] ?? 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const [row, line] of LINES.entries()) {
        for (const [column, side] of sides.entries()) {
          loads[row]?.[column]?.push(await measure(chrome, origin, side, line));
        }
      }
    }
    process.stdout.write(`  load of the machine: ${before.toFixed(1)} at the start, ${(loadavg()[0] ?? 0).toFixed(1)} at the end\n`);
    const results = loads.map((row) => row.map(summary));
    for (const [row, { name }] of LINES.entries()) {
      say(`${name}: milliseconds until the banner can be seen`);
      const table = [['', 'median', 'quartiles', 'first paint', 'CLS', 'banner is the LCP element']];
      for (const [column, side] of sides.entries()) {
        const { median = NaN, low = NaN, high = NaN, shift = NaN, largest = 0, paint = NaN } = results[row]?.[column] ?? {};
        const quartiles = `${low.toFixed(0)} – ${high.toFixed(0)}`;
        table.push([side.name, median.toFixed(0), quartiles, paint.toFixed(0), shift.toFixed(4), `${largest} of ${rounds}`]);
      }
      print(table);
    }
    /** One by another, on each line. @param {number} theirs @param {number} [ours] */
    const ratios = (theirs, ours = 0) =>
      results.map((row) => ((row[ours]?.median ?? NaN) / (row[theirs]?.median ?? NaN)).toFixed(2)).join(' ');
    process.stdout.write(`\nratio to cookieconsent in one file: ${ratios(2)}\nno script, to cookieconsent: ${ratios(1, 3)}\nratio: ${ratios(1)}\n`);
  } finally {
    await chrome.close();
    await stop();
  }
});
