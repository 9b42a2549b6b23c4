// npm start: builds the snippet and the collector, and serves the demo. Further arguments go to the collector:
//   npm start -- --public 127.0.0.1:9000
import { spawn } from 'node:child_process';
import { buildCollector, collector } from './lib/collector.mjs';
import { Failure, main, root, say } from './lib/run.mjs';
import { buildSnippet } from './lib/snippet.mjs';
import { seconds } from './lib/steps.mjs';

main(async () => {
  const given = process.argv.slice(2);
  const began = performance.now();
  say('Building');
  await buildSnippet();
  await buildCollector();

  const names = given.map((argument) => argument.split('=')[0]);
  const demo = names.includes('--demo') || process.env.ASKFIRST_DEMO ? [] : ['--demo'];
  const data = names.some((name) => name === '--data' || name === '--config') || process.env.ASKFIRST_DATA ? [] : ['--data', 'data'];
  say(`Built in ${seconds(began)}. Starting the collector; Ctrl-C stops it`);
  process.exitCode = await serve(['serve', ...demo, ...data, ...given]);
});

/**
 * Runs the collector in the foreground, until it ends.
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
function serve(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(collector, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => {
      process.stdout.write(chunk);
      const address = /demo +(http:\S+)/.exec(chunk.toString())?.[1];
      if (address) say(`The demo: ${address}`);
    });
    // A terminal's Ctrl-C reaches both; what reaches only us goes on to the collector, which ends with 0 when it is told to.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill('SIGTERM'));
    child.on('error', (error) => reject(new Failure(`cannot start the collector: ${error.message}`)));
    child.on('close', (code) => resolve(code ?? 1));
  });
}
