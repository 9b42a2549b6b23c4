// The collector: cargo builds it, and knows when there is nothing to do.
import { join } from 'node:path';
import { root, run, say } from './run.mjs';
import { cargo } from './steps.mjs';

/** @param {string} profile */
const built = (profile) => join(root, 'target', profile, `askfirst-collector${process.platform === 'win32' ? '.exe' : ''}`);

/** The one that is built together with the Rust tests: a second build, optimized, would take longer than it saves. */
export const testCollector = built('debug');

/** The program's path; `npm test` names the one that it built. */
export const collector = process.env.ASKFIRST_COLLECTOR ?? built('start');

/** Builds the collector for `npm start`, with the script and the demo inside: dist/ must be there. */
export async function buildCollector() {
  await cargo('The collector', ['build', '--profile', 'start', '--package', 'askfirst-collector', '--features', 'embed']);
}

/** The optimized one, which benchmarks measure; `npm test`, which looks only whether they work, names the one that it built. */
export const releaseCollector = process.env.ASKFIRST_COLLECTOR ?? built('release');

/** Builds the optimized one. */
export async function buildReleaseCollector() {
  say('Building the collector, optimized');
  await run('cargo', ['build', '--release', '--package', 'askfirst-collector']);
}

/**
 * Builds it as the Rust tests do, which then have nothing to build of it. There are no examples: with `--examples` cargo gives
 * dependencies the features that tests want of them. Without it parquet and the collector are compiled twice.
 */
export async function buildTestCollector() {
  say('Building the collector, for tests');
  await run('cargo', ['build', '--profile', 'test', '--workspace', '--all-features', '--bins', '--examples']);
}
