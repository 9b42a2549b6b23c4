// An archive whose bytes follow from what is in it: sorted, of one time, of nobody.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root, run } from '../run.mjs';

/** What goes beside the program: what it serves, what is edited, how it is run, on which terms. */
const BESIDE = ['crates/collector/askfirst.example.toml', 'deploy', 'LICENSE-MIT', 'LICENSE-APACHE', 'CHANGELOG.md'];
/** What of dist/ is of the package alone, and not for the collector to serve. */
const PACKAGE_ONLY = /\.d\.c?ts$|\.cjs$|\.wasm$|\/(index|core|react|vue)\.js$/;

/**
 * @param {string} program the collector
 * @param {string} name of the folder in it
 * @param {string} out the archive
 * @param {number} time seconds since 1970
 */
export async function archive(program, name, out, time) {
  const stage = join(root, 'target', 'release-stage');
  const folder = join(stage, name);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(program, join(folder, 'askfirst-collector'));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true, filter: (path) => !PACKAGE_ONLY.test(path) });
  for (const path of BESIDE) cpSync(join(root, path), join(folder, path.split('/').at(-1) ?? path), { recursive: true });
  const plain = join(stage, 'plain.tar');
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u+rwX,go+rX,go-w'];
  await run('tar', [
    '--create',
    '--file',
    plain,
    '--format=ustar',
    '--sort=name',
    `--mtime=@${time}`,
    ...owner,
    '--directory',
    stage,
    name,
  ]);
  writeFileSync(out, gzipSync(readFileSync(plain), { level: 9 }));
  rmSync(stage, { recursive: true, force: true });
}
