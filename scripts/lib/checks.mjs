// Running a check: its output goes by while it runs or, with `quiet`, shows only where it failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
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
 * @param {boolean} [none] whether there may be nothing to count
 * @returns {Counts}
 */
function count({ ok, output }, pattern, none = false) {
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(pattern)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  const nothing = !none && counts.passed + counts.failed === 0;
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

/** Test files that run at once: most of a test in a browser is waiting. Each has a Firefox, which takes half a gigabyte. */
const AT_ONCE = Math.min(2 * availableParallelism(), 6);

/** How long each run of a test file took: `npm test` names the slowest. @type {{ name: string, seconds: number }[]} */
export const took = [];

/** One test file, with Node's own runner: what it says is shown when it has ended. @param {TestFile} file @param {Record<string, string>} env */
async function testFile({ path, only = [] }, env) {
  const start = Date.now();
  const args = ['--test', '--test-reporter=spec', ...only.map((name) => `--test-name-pattern=${name}`), path];
  const result = await check(process.execPath, args, { env, quiet: true, tell: false });
  const by = env.ASKFIRST_WITHOUT_WASM ? `, without WebAssembly by ${env.ASKFIRST_WITHOUT_WASM}` : '';
  took.push({ name: path + by, seconds: (Date.now() - start) / 1000 });
  process.stdout.write(`${path}\n${result.output}`);
  const counts = count(result, /^ℹ pass (\d+)\nℹ fail (\d+)/gm, env.ASKFIRST_BROWSERS === 'rest');
  if (counts.passed + counts.failed < only.length) {
    process.stdout.write(`${path} has no test of one of these names: ${only.join(', ')}\n`);
    counts.failed += 1;
  }
  return counts;
}

/**
 * The browsers of all test files: started once, as a process of their own (tests/e2e/lib/serve.mjs). Where that does not work, each
 * file starts its own.
 * @param {Record<string, string>} env
 * @returns {Promise<{ lanes: Record<string, string>[], end: () => Promise<unknown> }>} what each lane's files need to know
 */
async function sharedBrowsers(env) {
  const serve = join(root, 'tests', 'e2e', 'lib', 'serve.mjs');
  const child = spawn(process.execPath, [serve, `${AT_ONCE}`], { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), gone.then(() => [''])]);
  const { chromium = '', firefox = [] } = line ? JSON.parse(line) : {};
  if (!line) process.stdout.write('the shared browsers did not start: each test file starts its own\n');
  return {
    lanes: Array.from({ length: AT_ONCE }, (_, lane) => ({
      ASKFIRST_CHROMIUM: chromium,
      ASKFIRST_FIREFOX: firefox[lane]?.address ?? '',
      ASKFIRST_DOWNLOADS: firefox[lane]?.downloads ?? '',
    })),
    end: () => {
      child.stdin.end();
      return gone;
    },
  };
}

/** A test file, and which of its tests, by their names; all if none is named. @typedef {{ path: string, only?: string[] }} TestFile */

/**
 * Runs test files, a few at a time.
 * @param {TestFile[]} files
 * @param {{ env?: Record<string, string>, browsers?: boolean, again?: boolean }} [options] with `browsers` the files share them; with
 *   `again` a file that failed is run once more, alone and with browsers of its own: a browser on a busy machine can be late for its
 *   own reasons. The summary names such files, since a second run is a finding too.
 * @returns {Promise<Counts>}
 */
export async function nodeTests(files, { env = {}, browsers = false, again = browsers } = {}) {
  /** @type {Map<TestFile, Counts>} */
  const counts = new Map();
  const left = [...files];
  const shared = browsers ? await sharedBrowsers(env) : undefined;
  const lane = async (/** @type {Record<string, string>} */ own) => {
    for (let file = left.shift(); file; file = left.shift()) counts.set(file, await testFile(file, { ...env, ...own }));
  };
  await Promise.all(shared?.lanes.map(lane) ?? Array.from({ length: AT_ONCE }, () => lane({})));
  await shared?.end();
  const failed = files.filter((file) => counts.get(file)?.failed);
  for (const file of again ? failed : []) {
    process.stdout.write(`${file.path} failed: once more, alone\n`);
    counts.set(file, await testFile(file, env));
  }
  const sum = { passed: 0, failed: 0 };
  for (const { passed, failed } of counts.values()) {
    sum.passed += passed;
    sum.failed += failed;
  }
  if (!sum.passed) sum.failed ||= 1;
  return again && failed.length ? { ...sum, note: `ok, at the second try: ${failed.map(({ path }) => path).join(', ')}` } : sum;
}
