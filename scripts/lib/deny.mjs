// cargo-deny: licences, bans and sources always; advisories where their database can be fetched.
import { check } from './checks.mjs';

/**
 * @param {string} cargoDeny the program's path
 * @returns {Promise<import('./checks.mjs').Counts>}
 */
export async function deny(cargoDeny) {
  // As a subcommand it would have to stand on the PATH.
  const { ok } = await check(cargoDeny, ['check', 'licenses', 'bans', 'sources'], { quiet: true });
  const advisories = await check(cargoDeny, ['check', 'advisories'], { quiet: true, tell: false });
  const offline =
    !advisories.ok && /failed to fetch advisory database|failed to (prepare|clone)|Could not resolve|network/i.test(advisories.output);
  if (!advisories.ok) process.stdout.write(offline ? 'advisories: skipped, their database cannot be fetched here\n' : advisories.output);
  const failed = (ok ? 0 : 1) + (advisories.ok || offline ? 0 : 1);
  return { passed: 0, failed, note: offline ? 'ok, without advisories' : undefined };
}
