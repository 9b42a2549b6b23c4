// The module, from Rust to WebAssembly.
import { join } from 'node:path';
import { root, say } from './run.mjs';
import { cargo } from './steps.mjs';
import { rustSource } from './tools.mjs';

const TARGET = 'wasm32-unknown-unknown';

// As a cdylib only: cargo leaves link-time optimisation out where an rlib is made beside it, which doubles the file.
const LIBRARY = ['--package', 'askfirst', '--lib', '--crate-type', 'cdylib', '--profile', 'snippet', '--target', TARGET];

/**
 * With a standard library of its own, compiled for size, in which a panic is a trap at once: the one that rustup brings holds
 * what a panic would say and how, which nobody reads here and every visitor would load. cargo and rustc take these options from a
 * stable toolchain only where RUSTC_BOOTSTRAP says that they may change; nothing but this file depends on them.
 */
const SMALL = [
  '-Zbuild-std=std,panic_abort',
  '-Zbuild-std-features=optimize_for_size',
  '--config',
  // A stack of a quarter of a page: its deepest call takes some 2 KiB. A call that went beyond would end the module, not write
  // elsewhere. (4 KiB would save 18 bytes of brotli by shorter addresses.)
  `target.${TARGET}.rustflags=["-Zunstable-options","-Cpanic=immediate-abort","-Clink-arg=-zstack-size=16384"]`,
  // Its own, since what RUSTC_BOOTSTRAP allows is compiled differently.
  '--target-dir',
  join('target', 'small'),
];

/**
 * Compiles the module.
 * @returns {Promise<{ path: string, small: boolean }>} where it lies, and whether it has a standard library of its own: where the
 *   source of that cannot be had, the module is some 600 bytes larger (brotli), and the same in all else
 */
export async function compile() {
  const step = 'WebAssembly module';
  if (await rustSource()) {
    try {
      await cargo(step, ['rustc', ...SMALL, ...LIBRARY], { RUSTC_BOOTSTRAP: '1' });
      return { path: join(root, 'target', 'small', TARGET, 'snippet', 'askfirst.wasm'), small: true };
    } catch {
      say('Not with a standard library of its own: once more, with the one that rustup brings');
    }
  }
  await cargo(step, ['rustc', ...LIBRARY]);
  return { path: join(root, 'target', TARGET, 'snippet', 'askfirst.wasm'), small: false };
}
