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
  // A stack of one page's sixteenth, so that what lies behind it has short addresses: its deepest call takes some 2 KiB. A call
  // that went beyond would end the module, not write elsewhere.
  `target.${TARGET}.rustflags=["-Zunstable-options","-Cpanic=immediate-abort","-Clink-arg=-zstack-size=4096"]`,
  // Its own, since what RUSTC_BOOTSTRAP allows is compiled differently.
  '--target-dir',
  join('target', 'small'),
];

/**
 * Compiles the module.
 * @param {string} name of the module
 * @param {string[]} features of the crate, beside none
 * @returns {Promise<{ wasm: string, small: boolean }>} where it lies, and whether it has a standard library of its own: where the
 *   source of that cannot be had, the module is some 600 bytes larger (brotli), and the same in all else
 */
export async function compile(name, features) {
  const step = `WebAssembly module: ${name}`;
  const wanted = [...LIBRARY, '--no-default-features', ...features.flatMap((feature) => ['--features', feature])];
  if (await rustSource()) {
    try {
      await cargo(step, ['rustc', ...SMALL, ...wanted], { RUSTC_BOOTSTRAP: '1' });
      return { wasm: join(root, 'target', 'small', TARGET, 'snippet', 'askfirst.wasm'), small: true };
    } catch {
      say('Not with a standard library of its own: once more, with the one that rustup brings');
    }
  }
  await cargo(step, ['rustc', ...wanted]);
  return { wasm: join(root, 'target', TARGET, 'snippet', 'askfirst.wasm'), small: false };
}
