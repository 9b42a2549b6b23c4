// What has to hold before there is a release.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from '../run.mjs';
import { releases } from './changelog.mjs';

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), 'utf8');

/** The version, as the package says it. @returns {string} */
export const version = () => JSON.parse(read('package.json')).version;

/** Seconds since 1970 of the last commit: the time that everything in a release bears, so that the same commit makes the same bytes. */
export const commitTime = async () => Number((await run('git', ['log', '-1', '--format=%ct'], { capture: true })).trim());

/** Problems that prevent a release, each with its fix. @returns {Promise<string[]>} */
export async function objections() {
  const now = version();
  const found = [];
  const crates = /\[workspace\.package\]\nversion = "([^"]+)"/.exec(read('Cargo.toml'))?.[1];
  if (crates !== now) found.push(`package.json has version ${now} and Cargo.toml ${crates}: make them the same`);
  const wire = /askfirst-wire = \{ version = "([^"]+)"/.exec(read('Cargo.toml'))?.[1];
  if (wire !== now) found.push(`the crates depend on askfirst-wire ${wire}: set ${now} in Cargo.toml`);
  const told = releases(read('CHANGELOG.md')).find(({ name }) => name === now || name.startsWith(`${now} `));
  if (!told) found.push(`CHANGELOG.md has no heading for ${now}: rename "Unreleased" to it, with the date`);
  else if (!told.privacy.length)
    found.push(`CHANGELOG.md has no privacy entry for ${now}: add one under "### Privacy", even if nothing changes`);
  const changed = (await run('git', ['status', '--porcelain'], { capture: true })).trimEnd();
  if (changed) found.push(`there are uncommitted changes:\n${changed.replaceAll(/^/gm, '    ')}`);
  return found;
}
