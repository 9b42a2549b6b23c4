// The package as others get it: packed, and put where npm would put it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../scripts/lib/run.mjs';

/** Packs the package; where the tarball is. @param {string} folder */
export async function pack(folder) {
  const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', folder], { capture: true }));
  return join(folder, filename);
}

/** Packs the package and puts it into the node_modules of a project; where it is then. @param {string} project */
export async function putInto(project) {
  const installed = join(project, 'node_modules', 'askfirst');
  const folder = mkdtempSync(join(tmpdir(), 'askfirst-packed-'));
  const tarball = await pack(folder);
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  // A tarball holds one folder, `package`: no registry is asked for a package without dependencies.
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  rmSync(folder, { recursive: true });
  return installed;
}
