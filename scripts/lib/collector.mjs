// The collector: cargo builds it, and knows when there is nothing to do.
import { join } from 'node:path';
import { root, run, say } from './run.mjs';

/** The program's path. */
export const collector = join(root, 'target', 'release', `askfirst-collector${process.platform === 'win32' ? '.exe' : ''}`);

/** Builds the collector. */
export async function buildCollector() {
  say('Building the collector');
  await run('cargo', ['build', '--release', '--package', 'askfirst-collector']);
}
