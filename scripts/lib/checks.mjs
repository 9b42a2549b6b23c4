// Running a check: its output goes by while it runs or, with `quiet`, shows only where it failed.
import { spawn } from 'node:child_process';
import { root } from './run.mjs';

/** How many tests passed and failed. @typedef {{ passed: number, failed: number, note?: string }} Counts */

/**
 * Runs a command to its end, whatever its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean, tell?: boolean, env?: Record<string, string> }} [options] with `tell: false` not even then
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function check(command, args, { quiet = false, tell = true, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        output += chunk;
        if (!quiet) process.stdout.write(chunk);
      });
    }
    /** @param {boolean} ok */
    const end = (ok) => {
      if (quiet && tell && !ok) process.stdout.write(output);
      resolve({ ok, output });
    };
    child.on('error', (error) => {
      output += `cannot run ${command}: ${error.message}\n`;
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}

/**
 * Runs commands that hold no tests to count: each has to succeed.
 * @param {[command: string, ...args: string[]][]} commands
 * @returns {Promise<Counts>}
 */
export async function clean(...commands) {
  let failed = 0;
  for (const [command, ...args] of commands) failed += (await check(command, args, { quiet: true })).ok ? 0 : 1;
  return { passed: 0, failed };
}

/**
 * Counts what `pattern` finds: the first group passed, the second failed. A command that failed otherwise counts as one.
 * @param {{ ok: boolean, output: string }} result
 * @param {RegExp} pattern
 * @returns {Counts}
 */
function count({ ok, output }, pattern) {
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(pattern)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  const nothing = counts.passed + counts.failed === 0;
  return { ...counts, failed: Math.max(counts.failed, ok && !nothing ? 0 : 1) };
}

/**
 * Runs `cargo test` with these arguments.
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export async function cargoTests(args, env) {
  return count(await check('cargo', ['test', '--no-fail-fast', ...args], { env }), /^test result: .* (\d+) passed; (\d+) failed;/gm);
}

/** Test files that run at once: most of a test in a browser is waiting. */
const AT_ONCE = 3;

/** One test file, with Node's own runner: what it says is shown when it has ended. @param {string} file @param {Record<string, string>} env */
async function testFile(file, env) {
  const result = await check(process.execPath, ['--test', '--test-reporter=spec', file], { env, quiet: true, tell: false });
  process.stdout.write(`${file}\n${result.output}`);
  return count(result, /^ℹ pass (\d+)\nℹ fail (\d+)/gm);
}

/**
 * Runs test files, a few at a time.
 * @param {string[]} files
 * @param {{ env?: Record<string, string>, again?: boolean }} [options] with `again` a file that failed is run once more, alone: a
 *   browser on a busy machine can be late for its own reasons. Which files needed it is said, since a second one is a finding too.
 * @returns {Promise<Counts>}
 */
export async function nodeTests(files, { env = {}, again = false } = {}) {
  /** @type {Map<string, Counts>} */
  const counts = new Map();
  const left = [...files];
  const lane = async () => {
    for (let file = left.shift(); file; file = left.shift()) counts.set(file, await testFile(file, env));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  const failed = files.filter((file) => counts.get(file)?.failed);
  if (again) for (const file of failed) counts.set(file, await testFile(file, env));
  const sum = { passed: 0, failed: 0 };
  for (const { passed, failed } of counts.values()) {
    sum.passed += passed;
    sum.failed += failed;
  }
  return again && failed.length ? { ...sum, note: `ok, at the second try: ${failed.join(', ')}` } : sum;
}
