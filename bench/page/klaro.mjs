// Klaro, from npm. Its package names what it was built with as what it needs: a hundred packages, a compiler of style sheets among
// them. So it is no dependency: its one archive is fetched by npm, once, and held to the hash that stands here.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root, run } from '../../scripts/lib/run.mjs';

export const VERSION = '0.7.22';
const SHA512 = 'NkaFxS4S8160/zH1UQzCSYIIsAtwIDHIkJ7xofCrgRqk14OSY+OJuwCjYyW+q5fmIeF4RvsuBH6brPe2BS9Z0A==';

const folder = join(root, 'target', 'bench', `klaro-${VERSION}`);

/**
 * Its script as it is published, with its style sheet and all its languages inside.
 * @returns {Promise<string>}
 * @throws {Failure} where it cannot be had
 */
export async function klaro() {
  const file = join(folder, 'package', 'dist', 'klaro.js');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    await run('npm', ['pack', `klaro@${VERSION}`, '--pack-destination', folder, '--silent'], { quiet: true });
    const archive = join(folder, `klaro-${VERSION}.tgz`);
    const hash = createHash('sha512').update(readFileSync(archive)).digest('base64');
    if (hash !== SHA512) throw new Failure(`klaro ${VERSION} is not the package that it was: ${archive}`);
    await run('tar', ['-xzf', archive, '-C', folder, 'package/dist/klaro.js'], { quiet: true });
  }
  return readFileSync(file, 'utf8');
}

/** One service to choose, and texts about as long as ours. All else is as it is by default. */
export const CONFIG = {
  privacyPolicy: '/privacy/',
  translations: {
    en: {
      consentNotice: {
        description: 'We use cookies for {purposes} only if you accept. Then this site can recognise this browser.',
      },
      purposes: { analytics: 'statistics' },
    },
  },
  services: [{ name: 'statistics', title: 'Statistics', purposes: ['analytics'], cookies: [] }],
};
