// What the build needs and a fresh machine lacks: installed once, found again.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure, fingerprint, root, run, say, unlessDone, works } from './run.mjs';
import { cargo, step } from './steps.mjs';

/** Where tools are kept that outlive a checkout. */
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'askfirst', 'tools');

/** The versions of cargo-deny and cargo-mutants. No lock file names them. */
const CARGO_DENY = '0.20.2';
const CARGO_MUTANTS = '27.1.0';

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), 'utf8');

/** @param {string} crate @param {string} version @param {string} program */
const toolPath = (crate, version, program) => join(cache, `${crate}-${version}`, 'bin', program);

/** The version of a crate in Cargo.lock. @param {string} crate */
export function locked(crate) {
  const version = new RegExp(`name = "${crate}"\nversion = "([^"]+)"`).exec(read('Cargo.lock'))?.[1];
  if (!version) throw new Failure(`Cargo.lock does not know ${crate}`);
  return version;
}

/** The JavaScript tools of package-lock.json, in node_modules. */
export async function nodeModules() {
  const print = fingerprint(read('package-lock.json'), process.version);
  await unlessDone('node_modules', print, [join(root, 'node_modules', 'esbuild')], async () => {
    await step('JavaScript tools (npm ci)', () => run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true }));
  });
}

/** Rust, and its WebAssembly target. */
export async function rust() {
  if (!(await works('cargo'))) throw new Failure('cargo was not found: install Rust by rustup, then try again.');
  const libraries = (await run('rustc', ['--print', 'target-libdir', '--target', 'wasm32-unknown-unknown'], { capture: true })).trim();
  if (existsSync(libraries)) return;
  await step('WebAssembly target of Rust (rustup)', () => run('rustup', ['target', 'add', 'wasm32-unknown-unknown'], { quiet: true }));
}

/**
 * The source of Rust's standard library, for builds that bring their own; whether it could be had. It comes by rustup, as a
 * component of the toolchain that builds.
 */
export async function rustSource() {
  const sysroot = (await run('rustc', ['--print', 'sysroot'], { capture: true })).trim();
  const source = join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'Cargo.lock');
  if (existsSync(source)) return true;
  await step("Source of Rust's standard library (rustup)", () => works('rustup', ['component', 'add', 'rust-src']));
  return existsSync(source);
}

/**
 * A program from a crate, built once per version and kept outside the checkout. Unoptimized, because that takes half the time to build.
 * @param {string} crate
 * @param {string} version
 * @param {string} program
 */
export async function cargoTool(crate, version, program) {
  const folder = join(cache, `${crate}-${version}`);
  const path = toolPath(crate, version, program);
  if (!existsSync(path)) {
    say(`Building ${crate} ${version} (once; a few minutes)`);
    mkdirSync(folder, { recursive: true });
    await run('cargo', ['install', crate, '--debug', '--version', version, '--root', folder, '--quiet']);
  }
  return path;
}

/** The program that writes the module's glue (scripts/bindgen), unoptimized: it runs for a second. Its path. */
export async function bindgen() {
  await cargo('The tool that writes the glue', ['build', '--package', 'askfirst-bindgen']);
  return join(root, 'target', 'debug', `askfirst-bindgen${process.platform === 'win32' ? '.exe' : ''}`);
}

/** The runner of Rust tests in a browser, in the version of the crate. */
export const wasmBindgenTestRunner = () => cargoTool('wasm-bindgen-cli', locked('wasm-bindgen'), 'wasm-bindgen-test-runner');

/** cargo-mutants: which mutations of the code no test notices. */
export const cargoMutants = () => cargoTool('cargo-mutants', CARGO_MUTANTS, 'cargo-mutants');

/** cargo-deny: licences, bans and sources of all crates. */
export const cargoDeny = () => cargoTool('cargo-deny', CARGO_DENY, 'cargo-deny');

/** Whether cargo-deny was built before: it takes minutes. */
export const hasCargoDeny = () => existsSync(toolPath('cargo-deny', CARGO_DENY, 'cargo-deny'));
