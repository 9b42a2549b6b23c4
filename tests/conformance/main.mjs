// npm run conformance: what arrives, and what must not, case by case, in two browsers, and with two other trackers beside ours.
//   npm run conformance -- --help
import { parseArgs } from 'node:util';
import { NO_FIREFOX, browser, firefox } from '../../scripts/lib/browser.mjs';
import { buildCollector } from '../../scripts/lib/collector.mjs';
import { Failure, main, say } from '../../scripts/lib/run.mjs';
import { buildSnippet } from '../../scripts/lib/snippet.mjs';
import { CASES } from './cases/cases.mjs';
import { startChromium } from './lib/chromium.mjs';
import { startFirefox } from './lib/firefox.mjs';
import { Site } from './lib/site.mjs';
import { run } from './run.mjs';
import { AskFirst } from './trackers/askfirst.mjs';
import { Plausible } from './trackers/plausible.mjs';
import { PostHog } from './trackers/posthog.mjs';

const HELP = `npm run conformance -- [--only TEXT] [--no-peers] [--no-build]

Each case is a page and what somebody does there; the same for every tracker. ✓ where exactly that arrived which has to, ✗ where
not; beside it how many views arrived, or events where the case is about events, or secrets where it is about these. Ours goes to
a real collector, whose answers and counts are looked at too. "–": the browser cannot do it. A ✗ of another tracker may be its
choice rather than a fault, and what it leaves to code of the site's own is not written for it here.

  --only TEXT   the cases whose names hold the text
  --no-peers    ours only
  --no-build    take dist/ and the collector as they are built

Ends with 1 where ours is wrong anywhere.`;

/** @typedef {import('./run.mjs').Result} Result */
/** @typedef {{ title: string, tracker: import('./trackers/trackers.mjs').Tracker, browser: import('./run.mjs').Browser, ours: boolean }} Column */

/** @param {Result | undefined} result */
const cell = (result) => (result ? `${result.wrong.length ? '✗' : '✓'} ${result.arrived}` : '–');

function asked() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      'no-peers': { type: 'boolean' },
      'no-build': { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const cases = CASES.filter(({ name }) => name.includes(values.only));
  if (!cases.length) throw new Failure(`no case's name holds "${values.only}"`);
  return { cases, peers: !values['no-peers'], build: !values['no-build'], help: values.help };
}

/** @param {Column[]} columns @param {typeof CASES} cases @param {Site} site */
async function table(columns, cases, site) {
  const width = Math.max(...cases.map(({ name }) => name.length));
  const titles = columns.map(({ title }) => title.padEnd(18));
  process.stdout.write(`\n  ${''.padEnd(width)}  ${titles.join('').trimEnd()}\n`);
  /** @type {string[]} */
  const notes = [];
  let failed = 0;
  for (const wanted of cases) {
    const cells = [];
    for (const { title, tracker, browser, ours } of columns) {
      const can = !wanted.without?.includes(browser.name);
      const result = can ? await run(wanted, tracker, site, browser) : undefined;
      if (result?.wrong.length) {
        notes.push(`${title}, ${wanted.name}: ${result.wrong.join('; ')}`);
        if (ours) failed += 1;
      }
      cells.push(cell(result).padEnd(18));
    }
    process.stdout.write(`  ${wanted.name.padEnd(width)}  ${cells.join('').trimEnd()}\n`);
  }
  if (notes.length) say('What each ✗ is about');
  for (const note of notes) process.stdout.write(`  ${note}\n`);
  return failed;
}

main(async () => {
  const { cases, peers, build, help } = asked();
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  if (build) {
    await buildSnippet();
    await buildCollector();
  }
  await browser();
  /** @type {{ stop?: () => Promise<unknown>, close?: () => Promise<unknown> }[]} */
  const open = [];
  try {
    const site = new Site();
    const trackers = [new AskFirst(), ...(peers ? [new Plausible(), new PostHog()] : [])];
    for (const started of [site, ...trackers]) {
      open.push(started);
      await started.start();
    }
    const chrome = await startChromium();
    open.push(chrome);
    const path = await firefox();
    const fox = path ? await startFirefox(path) : undefined;
    if (fox) open.push(fox);
    const [ours, ...others] = /** @type {[AskFirst, ...(Plausible | PostHog)[]]} */ (trackers);
    /** @type {Column[]} */
    const columns = [
      { title: 'askfirst Chromium', tracker: ours, browser: chrome, ours: true },
      ...(fox ? [{ title: 'askfirst Firefox', tracker: ours, browser: fox, ours: true }] : []),
      ...others.map((tracker) => ({ title: tracker.name, tracker, browser: chrome, ours: false })),
    ];
    say(`${cases.length} cases; Chromium ${chrome.version}${fox ? `, Firefox ${fox.version}` : `; ${NO_FIREFOX}`}`);
    for (const { name, version, about } of trackers) process.stdout.write(`  ${name} ${version}: ${about}\n`);
    const failed = await table(columns, cases, site);
    process.stdout.write(
      "\n  ✓ exactly what has to arrive, ✗ something else; beside it how many did. The other trackers run in Chromium.\n  Umami's script is not on npm, and left out.\n",
    );
    process.stdout.write(`\n${failed ? `askfirst: ${failed} failed` : 'askfirst: all passed'}\n`);
    if (failed) process.exitCode = 1;
  } finally {
    for (const started of open.reverse()) await (started.close ?? started.stop)?.call(started).catch(() => undefined);
  }
});
