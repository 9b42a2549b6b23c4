// What has to arrive arrives, and nothing else: the cases of tests/conformance/, one test for each in each browser.
// `npm run conformance` shows the same beside other trackers.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { NO_FIREFOX, NO_WEBKIT, knownFirefox, knownWebkit } from '../../scripts/lib/browser.mjs';
import { CASES } from '../conformance/cases/cases.mjs';
import { startChromium } from '../conformance/lib/chromium.mjs';
import { startFirefox } from '../conformance/lib/firefox.mjs';
import { startWebkit } from '../conformance/lib/webkit.mjs';
import { Site } from '../conformance/lib/site.mjs';
import { run } from '../conformance/run.mjs';
import { runsIn } from './lib/which.mjs';
import { AskFirst } from '../conformance/trackers/askfirst.mjs';

/** Cases that run at once in one browser: most of a case is waiting. Each lane has a site and a collector of its own. */
const LANES = 2;

/** What is to be ended. @type {(() => Promise<unknown>)[]} */
const open = [];

async function lane() {
  const [site, tracker] = [new Site(), new AskFirst()];
  open.push(
    () => site.stop(),
    () => tracker.stop(),
  );
  await site.start();
  await tracker.start();
  return { site, tracker };
}

/** A browser, started when it is first wanted, and its lanes. @param {() => Promise<import('../conformance/run.mjs').Browser>} start */
function engine(start) {
  /** @type {ReturnType<typeof start> | undefined} */
  let browser;
  /** @type {Awaited<ReturnType<typeof lane>>[]} */
  const free = [];
  /** @param {import('../conformance/cases/cases.mjs').Case} wanted */
  return async (wanted) => {
    if (!browser) {
      browser = start();
      open.unshift(async () => (await browser)?.close());
    }
    const taken = free.pop() ?? (await lane());
    try {
      return await run(wanted, taken.tracker, taken.site, await browser);
    } finally {
      free.push(taken);
    }
  };
}

after(async () => {
  for (const end of open) await end();
});

const webkit = knownWebkit();

/** @type {[name: string, skip: string | false, start: () => Promise<import('../conformance/run.mjs').Browser>][]} */
const ENGINES = [
  ['Chromium', false, startChromium],
  // Where everything has to hold, nothing is left out in silence.
  ['Firefox', knownFirefox() || process.env.CI === 'true' ? false : NO_FIREFOX, async () => startFirefox(knownFirefox() ?? '')],
  ['WebKit', !webkit && NO_WEBKIT, async () => startWebkit(/** @type {NonNullable<typeof webkit>} */ (webkit))],
];

for (const [name, skip, start] of ENGINES) {
  const cases = CASES.filter(({ without, differs = false }) => !without?.includes(name) && runsIn(name, differs));
  if (!cases.length) continue;
  const visit = engine(start);
  describe(`conformance in ${name}`, { concurrency: LANES, skip }, () => {
    for (const wanted of cases) {
      test(`${name}: ${wanted.name}`, { todo: wanted.todo ?? false }, async () => assert.deepEqual((await visit(wanted)).wrong, []));
    }
  });
}
