// npm run examples:lock: writes examples/package-lock.json anew, after a change of an example's dependencies. One lock file holds
// them all, so that the tests install them together; it names packages and hashes, not where they were downloaded from.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, run } from '../../scripts/lib/run.mjs';
import { layAll, LOCK } from './lib/workshop.mjs';

main(async () => {
  const folder = join(root, 'target', 'examples', 'lock');
  rmSync(folder, { recursive: true, force: true });
  layAll(folder);
  await run('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  cpSync(join(folder, 'package-lock.json'), LOCK);
});
