// npm run conformance: what arrives, and what must not, case by case, in the browsers there are, and with two other trackers beside ours.
//   npm run conformance -- --help
import { parseArgs } from 'node:util';
import { NO_FIREFOX, NO_WEBKIT, browser, firefox, knownWebkit } from '../../scripts/lib/browser.mjs';
import { buildCollector } from '../../scripts/lib/collector.mjs';
import { Failure, main, say } from '../../scripts/lib/run.mjs';
import { buildSnippet } from '../../scripts/lib/snippet.mjs';
import { nodeModules } from '../../scripts/lib/tools.mjs';

const HELP = `npm run conformance -- [--only TEXT] [--no-peers] [--no-build]

Each case is a page and what somebody does there; the same for every tracker. ✓ where exactly that arrived which has to, ✗ where
not; beside it how many views arrived, or events where the case is about events, or secrets where it is about these. Ours goes to
a real collector, whose answers and counts are looked at too. "–": the browser cannot do it. A ✗ of another tracker may be its
choice rather than a fault, and what it leaves to code of the site's own is not written for it here.

  --only TEXT   the cases whose names hold the text
  --no-peers    ours only
  --no-build    take dist/ and the collector as they are built

Ends with 1 where ours is wrong anywhere.`;

const FOOTNOTE = `
  ✓ exactly what has to arrive, ✗ something else; beside it how many did. The other trackers run in Chromium.
  Umami's script is not on npm, and left out.
`;

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
  return { only: values.only, peers: !values['no-peers'], build: !values['no-build'], help: values.help };
}

/** @typedef {{ run: typeof import('./run.mjs').run, cases: import('./cases/cases.mjs').Case[], site: import('./lib/site.mjs').Site }} Work */

/** @param {Column[]} columns @param {Work} work how many of ours failed */
async function table(columns, { run, cases, site }) {
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
  const { only, peers, build, help } = asked();
  if (help) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  await nodeModules();
  if (build) {
    await buildSnippet();
    await buildCollector();
  }
  await browser();
  // Only now: a fresh checkout has installed what they import.
  const { CASES } = await import('./cases/cases.mjs');
  const { startChromium } = await import('./lib/chromium.mjs');
  const { startFirefox } = await import('./lib/firefox.mjs');
  const { startWebkit } = await import('./lib/webkit.mjs');
  const { Site } = await import('./lib/site.mjs');
  const { run } = await import('./run.mjs');
  const { AskFirst } = await import('./trackers/askfirst.mjs');
  const { Plausible } = await import('./trackers/plausible.mjs');
  const { PostHog } = await import('./trackers/posthog.mjs');
  const cases = CASES.filter(({ name }) => name.includes(only));
  if (!cases.length) throw new Failure(`no case has "${only}" in its name`);
  /** What is to be ended. @type {(() => Promise<unknown>)[]} */
  const open = [];
  try {
    const [site, ours] = [new Site(), new AskFirst()];
    const others = peers ? [new Plausible(), new PostHog()] : [];
    for (const started of [site, ours, ...others]) {
      open.unshift(() => started.stop());
      await started.start();
    }
    const chrome = await startChromium();
    open.unshift(() => chrome.close());
    const path = await firefox();
    const fox = path ? await startFirefox(path) : undefined;
    if (fox) open.unshift(() => fox.close());
    const programs = knownWebkit();
    const kit = programs && (await startWebkit(programs));
    if (kit) open.unshift(() => kit.close());
    /** @type {Column[]} */
    const columns = [
      { title: 'askfirst Chromium', tracker: ours, browser: chrome, ours: true },
      ...(fox ? [{ title: 'askfirst Firefox', tracker: ours, browser: fox, ours: true }] : []),
      ...(kit ? [{ title: 'askfirst WebKit', tracker: ours, browser: kit, ours: true }] : []),
      ...others.map((tracker) => ({ title: tracker.name, tracker, browser: chrome, ours: false })),
    ];
    say(`${cases.length} cases; ${[chrome, fox, kit].flatMap((one) => (one ? `${one.name} ${one.version}` : [])).join(', ')}`);
    for (const missing of [fox ?? NO_FIREFOX, kit ?? NO_WEBKIT]) if (typeof missing === 'string') process.stdout.write(`  ${missing}\n`);
    for (const { name, version, about } of [ours, ...others]) process.stdout.write(`  ${name} ${version}: ${about}\n`);
    const failed = await table(columns, { run, cases, site });
    process.stdout.write(FOOTNOTE);
    process.stdout.write(`\n${failed ? `askfirst: ${failed} failed` : 'askfirst: all passed'}\n`);
    if (failed) process.exitCode = 1;
  } finally {
    for (const end of open) await end().catch(() => undefined);
  }
});
