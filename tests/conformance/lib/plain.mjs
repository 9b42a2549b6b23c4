// Chromium that nothing drives, since with a debugger attached nothing is prerendered: it opens one page, which does the rest.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS, knownBrowser } from '../../../scripts/lib/browser.mjs';
import { quiet } from '../../e2e/lib/until.mjs';
import { AGENT } from './chromium.mjs';

/** Opens an address in a fresh profile for as long as `work` takes. @param {string} address @param {() => Promise<unknown>} work */
export async function openPlain(address, work) {
  const profile = mkdtempSync(join(tmpdir(), 'askfirst-profile-'));
  const program = (await knownBrowser()) ?? 'chromium';
  const child = spawn(program, ['--headless=new', `--user-data-dir=${profile}`, ...FLAGS, AGENT, address], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  try {
    await work();
  } finally {
    child.kill();
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await gone;
    clearTimeout(late);
    await remove(profile);
  }
}

/** Removes a profile, in which the browser's helpers write for a moment more. @param {string} folder */
async function remove(folder) {
  for (let left = 25; existsSync(folder); left -= 1) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (!left) throw error;
      await quiet(200);
    }
  }
}
