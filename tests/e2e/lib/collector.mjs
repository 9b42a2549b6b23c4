// The real collector, as a process with a directory of its own.
import { spawn } from 'node:child_process';
import { openSync, readFileSync, readdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collector as program } from '../../../scripts/lib/collector.mjs';
import { root } from '../../../scripts/lib/run.mjs';

/** Sites that the tests speak of. k is 1: reports hide nothing from a test. */
const CONFIG = `
[[site]]
name = "shop.example"
level = "full"
k = 1
events = ["signup", "download"]
[site.props]
plan = ["free", "pro"]

[[site]]
name = "small.example"
level = "anonymous"
k = 10

[[site]]
name = "hosts.example"
level = "anonymous"
k = 1
cookie_domain = "hosts.example"

# What is caught beside page views (tests/conformance/).
[[site]]
name = "pages.example"
level = "anonymous"
k = 1
events = ["signup"]
[site.props]
plan = ["free", "pro"]
form = ["order"]
element = ["offer", "footer"]

[[site]]
name = "demo"
level = "full"
k = 1
events = ["signup", "download", "newsletter", "plan"]
[site.props]
plan = ["free", "team", "pro"]
`;

/** @typedef {{ value: string, views: number, visits: number }} Row */

/** A collector that can be stopped, killed and started again on the same directory. */
export class Collector {
  directory = mkdtempSync(join(tmpdir(), 'askfirst-'));
  /** Addresses of the running process: `http://127.0.0.1:…`. */
  public = '';
  private = '';
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;

  constructor() {
    writeFileSync(join(this.directory, 'askfirst.toml'), CONFIG);
  }

  /** Starts it on free ports, and waits until it listens. */
  async start() {
    const log = openSync(join(this.directory, 'collector.log'), 'a');
    const any = '127.0.0.1:0';
    const places = ['--config', join(this.directory, 'askfirst.toml'), '--data', join(this.directory, 'data')];
    const files = ['--assets', join(root, 'dist'), '--demo', join(root, 'www', 'demo')];
    const args = ['serve', ...places, ...files, '--public', any, '--private', any, '--log', 'trace'];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', log] });
    this.#child = child;
    let said = '';
    await new Promise((resolve, reject) => {
      child.stdout?.on('data', (chunk) => {
        said += chunk;
        if (/^ +data /m.test(said)) resolve(undefined);
      });
      child.on('error', reject);
      child.on('exit', () => reject(new Error(`the collector ended: ${this.log()}`)));
    });
    this.public = /public +(http:\S+)/.exec(said)?.[1] ?? '';
    this.private = /reports +(http:\S+)/.exec(said)?.[1] ?? '';
  }

  /** Ends it with a signal; SIGKILL leaves it no time. @param {NodeJS.Signals} signal */
  async end(signal) {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.removeAllListeners('exit');
    const gone = new Promise((resolve) => child.on('exit', resolve));
    child.kill(signal);
    await gone;
  }

  /** Stops it and removes its directory. */
  async remove() {
    await this.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** What it logged. */
  log() {
    return readFileSync(join(this.directory, 'collector.log'), 'utf8');
  }

  /** All bytes that it has written, by file: the database, its log, what it logged. @returns {[name: string, bytes: Buffer][]} */
  files() {
    const data = join(this.directory, 'data');
    const paths = readdirSync(data, { recursive: true, encoding: 'utf8' })
      .map((name) => join(data, name))
      .filter((path) => statSync(path).isFile());
    return [...paths, join(this.directory, 'collector.log')].map((path) => [path, readFileSync(path)]);
  }

  /** The names of the files that hold a text, in ASCII. @param {string} text */
  filesWith(text) {
    return this.files()
      .filter(([, bytes]) => bytes.includes(text))
      .map(([name]) => name);
  }

  /**
   * A report, by the collector's own API.
   * @param {string} by
   * @param {{ site?: string, page?: string }} [options]
   * @returns {Promise<Row[]>}
   */
  async report(by, { site = 'shop.example', page } = {}) {
    const asked = new URLSearchParams({ site, by, ...(page === undefined ? {} : { page }) });
    const answer = await fetch(`${this.private}/api/v1/report?${asked}`);
    if (!answer.ok) throw new Error(`report: ${answer.status} ${await answer.text()}`);
    return /** @type {{ rows: Row[] }} */ (await answer.json()).rows;
  }

  /** Views by value, such as `{ '/': 1 }`. @param {string} by @param {{ site?: string, page?: string }} [options] */
  async views(by, options) {
    return Object.fromEntries((await this.report(by, options)).map(({ value, views }) => [value, views]));
  }
}
