// WebKitGTK, over classic WebDriver: its driver opens one session, so that each visitor has a driver of their own, and a fresh
// profile with it. What the console says is not told by this protocol.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { until } from '../../e2e/lib/until.mjs';

/** @typedef {import('./visit.mjs').Driven} Driven */

/** How WebDriver spells a reference to an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** What the driver is asked for: the browser that comes with it. */
const WANTED = { browserName: 'MiniBrowser', pageLoadStrategy: 'normal', timeouts: { script: 10_000, pageLoad: 10_000, implicit: 10_000 } };

/** A driver that does not answer for that long, in milliseconds, never will: all that it is asked has a limit of its own. */
const ANSWERED = 30_000;

/** A port that nobody listens at. */
async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** A display that nobody sees, of the first free number. @param {string} program */
async function openDisplay(program) {
  const child = spawn(program, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = await once(/** @type {import('node:stream').Readable} */ (child.stdio[3]), 'data');
  return { display: `:${`${number}`.trim()}`, close: () => end(child) };
}

/** @param {import('node:child_process').ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill();
  const last = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(last);
}

/** A driver with one session. */
class Session {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #driver;
  #origin = '';
  #path = '/session';
  version = '';

  /** @param {string} program @param {string} display */
  async open(program, display) {
    const port = await freePort();
    this.#driver = spawn(program, [`--port=${port}`], { env: { ...process.env, DISPLAY: display }, stdio: 'ignore' });
    this.#origin = `http://127.0.0.1:${port}`;
    await until(() => fetch(`${this.#origin}/status`).catch(() => false), 'the driver of WebKitGTK');
    const { sessionId, capabilities } = await this.ask('POST', '', { capabilities: { alwaysMatch: WANTED } });
    this.#path += `/${sessionId}`;
    this.version = capabilities.browserVersion;
  }

  /** @param {'POST' | 'DELETE'} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  async ask(method, path, body) {
    const request = { method, ...(body && { body: JSON.stringify(body) }), signal: AbortSignal.timeout(ANSWERED) };
    const answer = await fetch(`${this.#origin}${this.#path}${path}`, request);
    const { value } = /** @type {{ value: any }} */ (await answer.json());
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  async close() {
    await this.ask('DELETE', '').catch(() => undefined);
    if (this.#driver) await end(this.#driver);
  }
}

/** Runs in the page: calls what the text says, and tells what comes of it. */
const CALL = `const [inside, argument, done] = arguments;
  Promise.resolve().then(() => (0, eval)('(' + inside + ')')(argument)).then((value) => done({ value }), (error) => done({ error: String(error) }));`;

/** @param {import('../../../scripts/lib/browser.mjs').Webkit} programs */
export async function startWebkit({ driver, display: program }) {
  const { display, close } = await openDisplay(program);
  const session = async () => {
    const opened = new Session();
    await opened.open(driver, display);
    return opened;
  };
  const first = await session();
  const { version } = first;
  await first.close();
  return {
    name: 'WebKit',
    version,
    close,
    /** A fresh profile with one tab. @returns {Promise<Driven>} */
    async visitor() {
      const tab = await session();
      return {
        console: undefined,
        goto: (url) => tab.ask('POST', '/url', { url }),
        async evaluate(inside, argument = null) {
          const { value, error } = await tab.ask('POST', '/execute/async', { script: CALL, args: [`${inside}`, argument] });
          if (error) throw new Error(error);
          return value;
        },
        async click(selector, button = 'left') {
          const found = await tab.ask('POST', '/element', { using: 'css selector', value: selector });
          if (button === 'left') return tab.ask('POST', `/element/${found[ELEMENT]}/click`, {});
          const at = { type: 'pointerMove', duration: 0, origin: found, x: 0, y: 0 };
          const actions = [at, { type: 'pointerDown', button: 1 }, { type: 'pointerUp', button: 1 }];
          return tab.ask('POST', '/actions', {
            actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }],
          });
        },
        close: () => tab.close(),
      };
    },
  };
}
