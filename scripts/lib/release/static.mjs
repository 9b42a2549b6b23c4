// The collector as one static program, which runs on every Linux of its processor: no libc of the machine, no path of this one.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure, root, run, works } from '../run.mjs';

export const TARGET = 'x86_64-unknown-linux-musl';

/** What the collector of a release is built with. */
export const FEATURES = 'embed,parquet';

/** Paths of this machine that would stand in the program, and what stands there instead: so that two machines make the same bytes. */
async function paths() {
  const sysroot = (await run('rustc', ['--print', 'sysroot'], { capture: true })).trim();
  return [
    [join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src'), 'crates'],
    [join(sysroot, 'lib', 'rustlib', 'src', 'rust'), 'rust'],
    [root, 'askfirst'],
  ];
}

/** The standard library for the target, and a C compiler for SQLite and the allocator. */
async function tools() {
  const libraries = (await run('rustc', ['--print', 'target-libdir', '--target', TARGET], { capture: true })).trim();
  if (!existsSync(libraries) && !(await works('rustup', ['target', 'add', TARGET])))
    throw new Failure(`Rust's standard library for ${TARGET} cannot be fetched: run rustup target add ${TARGET}`);
  if (!(await works('musl-gcc'))) throw new Failure('musl-gcc was not found: install it (on Debian, the package musl-tools)');
}

/**
 * Builds the program, with the script inside: dist/ must be there.
 * @returns {Promise<string>} its path
 * @throws {Failure} what is missing on this machine, and how it is had
 */
export async function staticCollector() {
  await tools();
  const instead = await paths();
  const flags = instead.map(([from, to]) => `"--remap-path-prefix=${from}=${to}"`);
  const config = `target.${TARGET}.rustflags=[${flags.join(', ')}]`;
  const c = instead.map(([from, to]) => `-ffile-prefix-map=${from}=${to}`).join(' ');
  const what = ['--package', 'askfirst-collector', '--features', FEATURES, '--target', TARGET];
  await run('cargo', ['build', '--release', '--locked', ...what, '--config', config], {
    env: { [`CFLAGS_${TARGET.replaceAll('-', '_')}`]: c },
  });
  const program = join(root, 'target', TARGET, 'release', 'askfirst-collector');
  // A program that asks for a loader is not static.
  const headers = await run('readelf', ['--program-headers', program], { capture: true });
  if (/INTERP/.test(headers)) throw new Failure(`${program} is not static: it needs the system's dynamic loader`);
  return program;
}
