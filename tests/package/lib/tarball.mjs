// The package as others get it: packed, and put where npm would put it.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from '../../../scripts/lib/run.mjs';

/** Packs the package and puts it into the node_modules of a project. @param {string} project */
export async function putInto(project) {
  const installed = join(project, 'node_modules', 'askfirst');
  const packed = mkdtempSync(join(tmpdir(), 'askfirst-packed-'));
  const [{ filename }] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', packed], { capture: true }));
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  // A tarball holds one folder, `package`: no registry is asked for a package without dependencies.
  await run('tar', ['-xzf', join(packed, filename), '-C', installed, '--strip-components=1'], { cwd: root });
  rmSync(packed, { recursive: true });
  return installed;
}
