// The browsers of a step, started once for all of its test files: one Chromium, and one Firefox for each file that runs at the same
// time, since a Firefox takes one session at a time. Says where they are, as one line of JSON, and ends them when its input ends.
//   node tests/e2e/lib/serve.mjs 3
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { knownFirefox } from '../../../scripts/lib/browser.mjs';
import { launchOptions } from './chromium.mjs';
import { launch } from './firefox.mjs';
import { runsIn } from './which.mjs';

/** @param {string} name */
const wanted = (name) => runsIn(name, true) || runsIn(name, false);

const foxes = wanted('Firefox') && knownFirefox() ? Number(process.argv[2]) : 0;
const [server, ...running] = await Promise.all([
  wanted('Chromium') ? launchOptions().then((options) => chromium.launchServer(options)) : undefined,
  ...Array.from({ length: foxes }, async () => {
    const { browser, downloads } = await launch();
    const address = browser.wsEndpoint();
    // The test files have the only session.
    await browser.disconnect();
    return { browser, downloads, address };
  }),
]);
const firefox = running.map(({ address, downloads }) => ({ address, downloads }));
process.stdout.write(`${JSON.stringify({ chromium: server?.wsEndpoint(), firefox })}\n`);

process.stdin.resume().on('end', async () => {
  await server?.close();
  for (const { browser, downloads } of running) {
    const child = browser.process();
    if (child?.kill()) await once(child, 'exit');
    rmSync(downloads, { recursive: true, force: true });
  }
});
