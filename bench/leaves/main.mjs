// npm run bench:leaves: which events arrive that are fired just before the page is left.
//   npm run bench:leaves -- --help
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { FLAGS, browser } from '../../scripts/lib/browser.mjs';
import { buildReleaseCollector } from '../../scripts/lib/collector.mjs';
import { Failure, main, say } from '../../scripts/lib/run.mjs';
import { buildSnippet } from '../../scripts/lib/snippet.mjs';
import { nodeModules } from '../../scripts/lib/tools.mjs';
import { print } from '../lib/rows.mjs';

const HELP = `npm run bench:leaves -- [--leaves N] [--no-build]

A page is opened, an event is fired, and in the same moment the page is left: by a link whose click fires it, by location=, by
closing the tab, by a reload. The same for ours (half of its visitors said yes before, half were not asked yet), Plausible's
tracker and posthog-js, in turn, in one Chromium with a back/forward cache. Ours has arrived when a real collector has said so;
the others when their bytes are there. What ours stores beyond the page, at anonymous, is kept aside until the end, and counted
for itself.

  --leaves N    leaves of each tracker, a multiple of 8; 1,000 where it is not said
  --no-build    take dist/ and the collector as they are built

It ends after an hour at the latest, with what it has. The last line is "ratio: ours plausible posthog", each the share of
its events that arrived, from 0 to 1.`;

function asked() {
  const { values } = parseArgs({
    options: { leaves: { type: 'string', default: '1000' }, 'no-build': { type: 'boolean' }, help: { type: 'boolean' } },
  });
  const leaves = Number(values.leaves);
  if (!Number.isInteger(leaves) || leaves < 8 || leaves > 10_000 || leaves % 8) {
    throw new Failure('--leaves must be a multiple of 8, from 8 to 10000');
  }
  return { leaves, build: !values['no-build'], help: values.help };
}

/** @typedef {import('./measure.mjs').Count} Count */

/** @param {Count} count */
const share = ({ arrived, fired }) => (fired ? `${((100 * arrived) / fired).toFixed(1)} %` : '–');

/** The share of all together, from 0 to 1. @param {(Count | undefined)[]} counts */
const ratio = (...counts) =>
  (counts.reduce((sum, count) => sum + (count?.arrived ?? 0), 0) / counts.reduce((sum, count) => sum + (count?.fired ?? 0), 0)).toFixed(4);

main(async () => {
  const { leaves, build, help } = asked();
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
  const { KINDS } = await import('./leave.mjs');
  const { leaveAll, result, visitors } = await import('./measure.mjs');
  const { sides } = await import('./trackers.mjs');
  /** What is to be ended. @type {(() => Promise<unknown>)[]} */
  const open = [];
  try {
    const all = sides();
    const trackers = new Set(all.map(({ tracker }) => tracker));
    for (const tracker of trackers) {
      open.unshift(() => tracker.stop());
      await tracker.start();
    }
    const args = [...FLAGS, AGENT];
    const executablePath = await browser();
    const chrome = await chromium.launch({ executablePath, args, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    open.unshift(() => chrome.close());
    say(`${leaves} leaves, Chromium ${chrome.version()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}`);
    for (const { name, version, about } of trackers) process.stdout.write(`  ${name} ${version}: ${about}\n`);

    const everybody = await visitors(chrome, all, open);
    const [before, start] = [loadavg()[0] ?? 0, Date.now()];
    await leaveAll(everybody, leaves, (done, seconds) => {
      const left = ((leaves - done) * seconds) / done / 60;
      process.stdout.write(`  ${done} of ${leaves} leaves, ${seconds.toFixed(0)} s; about ${left.toFixed(0)} min to go\n`);
    });
    const seconds = ((Date.now() - start) / 1000).toFixed(0);
    process.stdout.write(
      `  ${seconds} s; load of the machine: ${before.toFixed(1)} at the start, ${(loadavg()[0] ?? 0).toFixed(1)} at the end\n`,
    );

    say('Events that arrived, of those that were fired just before the page was left');
    const results = [];
    for (const visitor of everybody) results.push(await result(visitor));
    const table = [['', ...KINDS, 'all', 'by the stored queue alone']];
    for (const { side, kinds, all, late } of results) {
      const cells = kinds.map(({ arrived, fired }) => `${arrived} of ${fired}`);
      table.push([side.name, ...cells, share(all), late === undefined ? '' : String(late)]);
    }
    print(table);
    const [aggregated, anonymous, plausible, posthog] = results.map(({ all }) => all);
    process.stdout.write(`\nratio: ${ratio(aggregated, anonymous)} ${ratio(plausible)} ${ratio(posthog)}\n`);
  } finally {
    for (const end of open) await end().catch(() => undefined);
  }
});
