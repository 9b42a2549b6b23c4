// Where the examples are built: one npm workspace of all of them in target/, installed once for each lock file, with the packed
// package in the place of a published one.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fingerprint, root, run, unlessDone } from '../../../scripts/lib/run.mjs';
import { putInto } from './tarball.mjs';

const examples = join(root, 'examples');
export const LOCK = join(examples, 'package-lock.json');
/** The collector's address, as the examples have it: that of `npm start`. */
const COLLECTOR = 'http://127.0.0.1:8100';

/** How npm says that it cannot reach a registry. */
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/;
/** What an example leaves behind where somebody has tried it out in place. */
const isSource = (/** @type {string} */ path) => !/\/(node_modules|dist|build|\.next|\.svelte-kit|\.astro)$/.test(path);
const installable = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'package.json')));

/** Writes an example's sources into a workspace. @param {string} workspace @param {string} name */
function lay(workspace, name) {
  const folder = join(workspace, name);
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) if (old !== 'node_modules') rmSync(join(folder, old), { recursive: true });
  // Vite keeps what it made of an earlier package of the same version.
  rmSync(join(folder, 'node_modules', '.vite'), { recursive: true, force: true });
  cpSync(join(examples, name), folder, { recursive: true, filter: isSource });
  if (!installable.includes(name)) return;
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  // Ours is packed, not looked for in a registry.
  delete manifest.dependencies.askfirst;
  writeFileSync(path, JSON.stringify(manifest, null, 2));
}

/** Writes the workspace that the lock file is of. @param {string} folder */
export function layAll(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, workspaces: installable }));
  cpSync(join(root, '.npmrc'), join(folder, '.npmrc'));
  if (existsSync(LOCK)) cpSync(LOCK, join(folder, 'package-lock.json'));
  for (const name of installable) lay(folder, name);
}

export class Workshop {
  /** @param {string} group a name for these examples together @param {string[]} names those that are to be installed */
  constructor(group, names) {
    this.group = group;
    this.folder = join(root, 'target', 'examples', group);
    this.names = names;
  }

  /** Why the examples cannot be built; false where they can. @type {string | false} */
  missing = false;

  /** Installs what the examples need, unless that was done, and the package as it is now. */
  async open() {
    try {
      await this.#install();
    } catch (error) {
      const { message } = /** @type {Error} */ (error);
      // Where everything has to hold, nothing is left out in silence.
      if (process.env.CI === 'true' || !OFFLINE.test(message)) throw error;
      this.missing = `no registry can be reached to install the examples of ${this.names.join(', ')}`;
      return;
    }
    await putInto(this.folder);
  }

  /** A test that wants the workshop. @param {string} name @param {(t: import('node:test').TestContext) => Promise<unknown>} body */
  test(name, body) {
    test(name, async (t) => {
      if (this.missing) t.skip(this.missing);
      else await body(t);
    });
  }

  async #install() {
    const manifests = installable.map((name) => readFileSync(join(examples, name, 'package.json')));
    const print = fingerprint(readFileSync(LOCK), process.version, ...this.names, ...manifests);
    await unlessDone(`examples-${this.group}`, print, [join(this.folder, 'node_modules')], async () => {
      rmSync(this.folder, { recursive: true, force: true });
      layAll(this.folder);
      const only = this.names.map((name) => `--workspace=${name}`);
      await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...only], { cwd: this.folder, quiet: true });
    });
  }

  /**
   * An example's folder, with its sources as they are, but for the collector's address.
   * @param {string} name
   * @param {string} collector
   */
  example(name, collector) {
    lay(this.folder, name);
    const folder = join(this.folder, name);
    let found = 0;
    for (const path of sources(folder)) {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(COLLECTOR)) continue;
      found += 1;
      writeFileSync(path, text.replaceAll(COLLECTOR, collector));
    }
    if (!found) throw new Error(`examples/${name} names no collector at ${COLLECTOR}`);
    return folder;
  }
}

/** All sources of an example but its README. @param {string} folder @returns {string[]} */
function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name === 'README.md') return [];
    return entry.isDirectory() ? sources(path) : [path];
  });
}

/** Runs one of an example's own scripts. @param {string} folder @param {string} script */
export const script = (folder, script) =>
  run('npm', ['run', '--silent', script], {
    cwd: folder,
    quiet: true,
    // Builds tell nobody that they ran.
    env: { NEXT_TELEMETRY_DISABLED: '1', ASTRO_TELEMETRY_DISABLED: '1' },
  });
