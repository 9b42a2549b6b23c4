// The way into the collector that the tests' pages take: it passes everything on, and keeps the bytes as they came over the
// wire. The address stays when the collector behind it is killed and comes back.
import http from 'node:http';
import { once } from 'node:events';
import { pages } from './pages.mjs';
import { until } from './until.mjs';
import { policy } from './wasm.mjs';

/** The address that the collector sees its clients come from, where the system lets us choose. */
export const CLIENT = process.platform === 'linux' ? '127.0.0.77' : undefined;
/** What a proxy in front would tell of the client. */
export const FORWARDED = '203.0.113.77';

/**
 * @typedef {object} Message
 * @property {string} method
 * @property {string} path with its query
 * @property {Record<string, string>} headers as they came, names in lower case
 * @property {string} body
 * @property {number} [status] of the collector's answer; absent where there was none
 */

/** A status with headers of its own. @typedef {{ status: number, headers: Record<string, string> }} Instead */

/** Paths that are the collector's; all others are the site's pages. */
const COLLECTORS = /^\/(askfirst(?:-\w+)?\.js|askfirst-texts|v|collect|consent|forget|mydata|demo|health|\.well-known)(?=[/?]|$)/;

export class Front {
  /** Everything that came in for the collector, oldest first. @type {Message[]} */
  messages = [];
  /** `http://localhost:…` */
  origin = '';
  /** The site's pages under another origin: `http://localhost:…`. */
  site = '';
  /** Answers instead of the collector: a status, with headers or without, a script, 0 hangs up, -1 never answers; undefined passes on. @type {((message: Message) => number | Instead | string | undefined) | undefined} */
  instead;
  /** What a message waits for before it is passed on. @type {((message: Message) => Promise<unknown> | undefined) | undefined} */
  hold;
  /** So many answers of the collector do not reach the browser. */
  lose = 0;
  #servers;

  /** @param {import('./collector.mjs').Collector} collector @param {import('./pages.mjs').Site} site */
  constructor(collector, site) {
    const serve = pages(site, () => this.origin);
    const front = http.createServer((request, response) => {
      if (COLLECTORS.test(request.url ?? '')) void this.#pass(collector, request, response);
      else serve(request, response);
    });
    this.#servers = [front, http.createServer(serve)];
  }

  async start() {
    const origins = [];
    for (const server of this.#servers) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      origins.push(`http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`);
    }
    [this.origin = '', this.site = ''] = origins;
  }

  async stop() {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** Until so many hits have come in, and all of them are answered. @param {number} hits */
  async arrived(hits) {
    await until(() => this.hits.length >= hits, `${hits} hits, of which ${this.hits.length} came`);
    await this.settled();
  }

  /** What came in, but for the script's own request. */
  get posts() {
    return this.messages.filter(({ method }) => method !== 'GET');
  }

  /** Bodies that came to a path, read; what was tried again is the same body, and told once. @param {string} path @returns {any[]} */
  bodies(path) {
    const bodies = this.posts.filter((message) => message.path === path).map(({ body }) => body);
    return (path === '/collect' ? [...new Set(bodies)] : bodies).map((body) => JSON.parse(body));
  }

  /** Waits until the collector has answered all that came in. */
  async settled() {
    await until(() => this.posts.every(({ status }) => status), 'answers to all that came in');
  }

  /** Hits, with the level of their batch. */
  get hits() {
    return this.bodies('/collect').flatMap((batch) =>
      batch.hits.map((/** @type {any} */ hit) => ({ level: batch.level, id: batch.id, ...hit })),
    );
  }

  /**
   * @param {import('./collector.mjs').Collector} collector
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   */
  async #pass(collector, request, response) {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    /** @type {Record<string, string>} */
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    /** @type {Message} */
    const message = { method: request.method ?? '', path: request.url ?? '', headers, body: body.toString() };
    this.messages.push(message);
    await this.hold?.(message);
    const instead = this.instead?.(message);
    if (instead !== undefined) {
      if (instead === 0) response.destroy();
      if (typeof instead === 'string') response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(instead);
      else {
        const { status, headers } = typeof instead === 'number' ? { status: instead, headers: {} } : instead;
        if (status > 0) response.writeHead(status, { 'access-control-allow-origin': '*', ...headers }).end();
      }
      return;
    }
    const onward = http.request(`${collector.public}${request.url}`, {
      method: request.method,
      headers: { ...request.headers, 'x-forwarded-for': FORWARDED, 'x-real-ip': FORWARDED, forwarded: `for=${FORWARDED}` },
      localAddress: CLIENT,
    });
    onward.on('response', (answer) => {
      message.status = answer.statusCode;
      if (this.lose > 0) {
        this.lose -= 1;
        response.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(message.path.startsWith('/demo/') && policy()) });
      answer.pipe(response);
    });
    // A collector that is down: nobody answers.
    onward.on('error', () => response.destroy());
    onward.end(body);
  }
}
