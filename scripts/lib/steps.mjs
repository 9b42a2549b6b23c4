// Steps of a build: each says how far it is while it runs, and how long it took. Several may run at once.
import { spawn } from 'node:child_process';
import { Failure, root } from './run.mjs';

/** What runs now: a step's name, with how far it is. @type {Map<string, string>} */
const running = new Map();
const terminal = process.stdout.isTTY;
/** A terminal shows one line that changes. Elsewhere each report is a line of its own, so there are fewer. */
const [EVERY, BEFORE, BEHIND] = terminal ? [500, '\r\x1b[2K', ''] : [15_000, '', '\n'];
/** @type {NodeJS.Timeout | undefined} */
let clock;

/** Shows what runs. */
function show() {
  const text = Array.from(running, ([name, far]) => `${name}${far && ` (${far})`}`).join(' · ');
  process.stdout.write(`${BEFORE}  … ${terminal ? text.slice(0, process.stdout.columns - 6) : text}${BEHIND}`);
}

/** @param {number} since milliseconds, as `performance.now` says them */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Does a step of a build, and says how long it took.
 * @template T
 * @param {string} name
 * @param {(progress: (far: string) => void) => Promise<T>} work it may say how far it is
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const began = performance.now();
  running.set(name, '');
  clock ??= setInterval(show, EVERY);
  let result = 'failed after';
  try {
    const value = await work((far) => running.set(name, far));
    result = 'took';
    return value;
  } finally {
    running.delete(name);
    if (!running.size) {
      clearInterval(clock);
      clock = undefined;
    }
    process.stdout.write(`${BEFORE}  ${name} ${result} ${seconds(began)}\n`);
  }
}

/**
 * Runs cargo as a step. Its output is shown only if it fails.
 * @param {string} name of the step
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
export function cargo(name, args, env = {}) {
  return step(name, (progress) => {
    // What is piped has no progress bar, unless it is asked for.
    const bar = { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '80' };
    const child = spawn('cargo', args, { cwd: root, env: { ...process.env, ...bar, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => {
      output += chunk;
      const far = /^.*Building \[.*\] (\d+\/\d+)/s.exec(chunk.toString())?.[1];
      if (far) progress(far);
    });
    return new Promise((resolve, reject) => {
      child.on('error', () => reject(new Failure('cargo was not found: install Rust by rustup, then try again.')));
      child.on('close', (code) => {
        if (code === 0) return resolve(undefined);
        const said = output.split(/[\r\n]+/).filter((line) => line && !/\bBuilding \[/.test(line));
        reject(new Failure(`${said.join('\n')}\n\ncargo ${args.join(' ')} failed`));
      });
    });
  });
}
