// Where the peers send to, on loopback: serves their bundle, says yes to everything, and keeps what came in as it was meant.
import http from 'node:http';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';

/** @typedef {{ path: string, query: URLSearchParams, headers: http.IncomingHttpHeaders, body: string }} Request */

const OPEN = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** A body as it was meant: unzipped, and read out of a form's field. @param {Buffer} bytes */
function text(bytes) {
  const plain = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString();
  const [, data] = /^data=([^&]*)/.exec(plain) ?? [];
  return data === undefined ? plain : Buffer.from(decodeURIComponent(data), 'base64').toString();
}

export class Recorder {
  /** Everything but the requests for scripts, oldest first. @type {Request[]} */
  requests = [];
  origin = '';
  #server;

  /**
   * @param {string} script the bundle
   * @param {(path: string) => unknown} [answer] what is answered, as JSON
   * @param {(path: string) => string | undefined} [load] a script that the tracker loads later
   */
  constructor(script, answer = () => ({ status: 1 }), load = () => undefined) {
    this.#server = http.createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      if (request.method === 'OPTIONS') {
        // A browser that sends credentials wants to be named.
        response.writeHead(204, this.#open(request)).end();
        return;
      }
      const code = pathname === '/bundle.js' ? script : load(pathname);
      if (code !== undefined) {
        response.writeHead(200, { ...OPEN, 'content-type': 'text/javascript; charset=utf-8' }).end(code);
        return;
      }
      /** @type {Buffer[]} */
      const chunks = [];
      try {
        for await (const chunk of request) chunks.push(chunk);
      } catch {
        return;
      }
      const body = text(Buffer.concat(chunks));
      this.requests.push({ path: pathname, query: searchParams, headers: request.headers, body });
      response.writeHead(200, { ...this.#open(request), 'content-type': 'application/json' }).end(JSON.stringify(answer(pathname)));
    });
  }

  /** @param {http.IncomingMessage} request */
  #open({ headers: { origin } }) {
    return origin ? { ...OPEN, 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' } : OPEN;
  }

  async start() {
    await once(this.#server.listen(0), 'listening');
    this.origin = `http://localhost:${/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port}`;
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** All that came in, as one text in which a secret can be looked for. */
  get wire() {
    return this.requests
      .map(({ path, query, headers, body }) => [path, decodeURIComponent(`${query}`), JSON.stringify(headers), body].join('\n'))
      .join('\n');
  }
}
