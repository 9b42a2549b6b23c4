// Running commands and saying what is going on.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync, mkdirSync, existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** An error whose message is all that the reader needs. */
export class Failure extends Error {}

/** Says what begins, on a line of its own. @param {string} text */
export function say(text) {
  const [bold, plain] = process.stdout.isTTY ? ['\x1b[1m', '\x1b[0m'] : ['', ''];
  process.stdout.write(`\n${bold}→ ${text}${plain}\n`);
}

/**
 * Runs a command in the repository and shows its output. With `quiet` the output shows only if the command fails; with
 * `capture` it is returned.
 * @param {string} command
 * @param {string[]} args
 * @param {{ quiet?: boolean, capture?: boolean, env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<string>}
 */
export function run(command, args, { quiet = false, capture = false, env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const piped = quiet || capture;
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', piped ? 'pipe' : 'inherit', piped ? 'pipe' : 'inherit'],
    });
    let output = '';
    let errors = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (errors += chunk));
    child.on('error', () => reject(new Failure(`cannot run ${command}: is it installed and on the PATH?`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      reject(new Failure(`${output}${errors}\n${command} ${args.join(' ')} failed (${signal ?? `exit code ${code}`})`));
    });
  });
}

/** Whether a command runs at all. @param {string} command */
export async function works(command, args = ['--version'], env = {}) {
  return run(command, args, { capture: true, env }).then(
    () => true,
    () => false,
  );
}

/** Hash of files and texts: equal while nothing has changed. @param {(string | Buffer)[]} parts */
export function fingerprint(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/**
 * Does the work unless it was done for the same fingerprint and `made` is still there.
 * @param {string} stamp
 * @param {string} print
 * @param {string[]} made
 * @param {() => Promise<void>} work
 */
export async function unlessDone(stamp, print, made, work) {
  const file = join(root, 'target', 'askfirst', `${stamp}.stamp`);
  if (made.every((path) => existsSync(path)) && existsSync(file) && readFileSync(file, 'utf8') === print) return false;
  await work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, print);
  return true;
}

/** Runs a script's main function: a Failure is told without a stack. @param {() => Promise<void>} work */
export function main(work) {
  work().catch((/** @type {Error} */ error) => {
    process.stderr.write(`\n${error instanceof Failure ? error.message : error.stack}\n`);
    process.exitCode = 1;
  });
}
