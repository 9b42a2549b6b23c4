// The site of the conformance cases, on loopback: at every path the page that the case wants, with one tracker's tag in it.
import http from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';
import { until } from '../../e2e/lib/until.mjs';
import { BY_POLICY, policy } from '../../e2e/lib/wasm.mjs';

/** A case's page. @typedef {{ page?: string, status?: number, head?: string }} Shown */

export class Site {
  /** What the tracker wants in the head of each page. */
  tag = '';
  /** @type {Shown} */
  shown = {};
  /** What pages told of themselves (`POST /note/…`), oldest first. @type {string[]} */
  notes = [];
  /** `http://localhost:…`, a secure context. */
  origin = '';
  /** The same server, by a name that is another site. */
  other = '';
  #server = http.createServer((request, response) => void this.#answer(request, response));

  async start() {
    await once(this.#server.listen(0), 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    [this.origin, this.other] = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async #answer(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, note] = /^\/note\/(.+)/.exec(pathname) ?? [];
    if (note) {
      if (request.method === 'POST') this.notes.push(note);
      // A page asks whether another one has said so.
      else await until(() => this.notes.includes(note) || response.destroyed, note).catch(() => undefined);
      response.writeHead(204).end();
      return;
    }
    if (pathname === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (/\.pdf$/.test(pathname)) {
      response.writeHead(200, { 'content-type': 'application/pdf', 'content-disposition': 'attachment' }).end('%PDF-1.4');
      return;
    }
    const { page = 'plain', status = 200, head = '' } = this.shown;
    const named = /^\/(blank|prerender)$/.exec(pathname)?.[1] ?? page;
    const text = readFileSync(join(root, 'tests', 'pages', `${named}.html`), 'utf8')
      .replaceAll('{{other}}', this.other)
      .replaceAll('{{head}}', head)
      .replaceAll('{{tag}}', this.tag);
    // The page's own scripts stand in it, and nothing else may.
    const allowed = `${/ src="(http:[^"]*?\/\/[^/"]+)/.exec(this.tag)?.[1] ?? ''} 'nonce-page'`;
    response.writeHead(named === 'blank' ? 200 : status, { 'content-type': 'text/html; charset=utf-8', ...policy(allowed) });
    response.end(BY_POLICY ? text.replace(/<script(?=>| type="speculationrules")/g, '<script nonce="page"') : text);
  }
}
