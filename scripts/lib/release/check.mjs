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

/** What stands in the way, in words that say what to do. @returns {Promise<string[]>} */
export async function objections() {
  const now = version();
  const found = [];
  const crates = /\[workspace\.package\]\nversion = "([^"]+)"/.exec(read('Cargo.toml'))?.[1];
  if (crates !== now) found.push(`package.json says ${now} and Cargo.toml ${crates}: give both the same version`);
  const wire = /askfirst-wire = \{ version = "([^"]+)"/.exec(read('Cargo.toml'))?.[1];
  if (wire !== now) found.push(`the crates ask for askfirst-wire ${wire}: ask for ${now} in Cargo.toml`);
  const told = releases(read('CHANGELOG.md')).find(({ name }) => name === now || name.startsWith(`${now} `));
  if (!told) found.push(`CHANGELOG.md has no heading for ${now}: give "Unreleased" that name, and the day`);
  else if (!told.privacy.length)
    found.push(`CHANGELOG.md says nothing for privacy of ${now}: say it under "### Privacy", also where it is nothing`);
  const changed = (await run('git', ['status', '--porcelain'], { capture: true })).trimEnd();
  if (changed) found.push(`there are changes that are not committed:\n${changed.replaceAll(/^/gm, '    ')}`);
  return found;
}
