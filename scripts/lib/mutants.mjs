// cargo-mutants: changes the pure modules one expression at a time, and looks whether a test notices.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './checks.mjs';
import { root } from './run.mjs';

/** The pure modules by crate, and how their tests are run. @type {{ crate: string, files: string[], tests: string[] }[]} */
const PURE = [
  {
    crate: 'askfirst-wire',
    files: ['redact/*.rs', 'choice.rs', 'retry.rs', 'names.rs', 'hash.rs', 'limits.rs', 'date.rs', 'decode/*.rs'].map(
      (name) => `crates/wire/src/${name}`,
    ),
    tests: ['--all-features'],
  },
  {
    crate: 'askfirst',
    files: [
      'config.rs',
      'banner.rs',
      'texts.rs',
      'consent/state.rs',
      'capture/view.rs',
      'delivery/outbox.rs',
      'delivery/retry.rs',
      'delivery/grant.rs',
      'delivery/stored.rs',
    ].map((name) => `src/${name}`),
    tests: [],
  },
];

/** Where the results are. */
const OUT = join(root, 'target', 'mutants');

/**
 * Survivors fail, except those that .cargo/mutants.toml explains.
 * @param {string} cargoMutants the program's path
 * @returns {Promise<import('./checks.mjs').Counts>}
 */
export async function mutants(cargoMutants) {
  let [passed, failed] = [0, 0];
  for (const { crate, files, tests } of PURE) {
    const out = join(OUT, crate);
    const args = ['mutants', '--package', crate, ...files.flatMap((file) => ['--file', file]), '--output', out, '--no-shuffle', ...tests];
    const { ok } = await check(cargoMutants, args);
    /** @param {string} name */
    const lines = (name) => {
      const path = join(out, 'mutants.out', `${name}.txt`);
      return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean).length : 0;
    };
    passed += lines('caught') + lines('timeout');
    failed += lines('missed') || (ok || lines('caught') ? 0 : 1);
  }
  return { passed, failed };
}
