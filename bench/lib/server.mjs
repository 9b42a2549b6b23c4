// The site that is measured, on loopback: files compressed beforehand with brotli, answers to what peers send, and all else passed
// on to a real collector. Its files are kept as they came the first time, as a cache in front of it would: no side's files take
// another way than those of the others.
import { once } from 'node:events';
import http from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';
import { startCollector } from './collector.mjs';

/** @typedef {{ type: string, body: Buffer, encoding?: 'br', caching: string, status?: number }} File */
/** What is answered to what a peer asks or sends; undefined where this is nothing of its. @typedef {(path: string) => File | undefined} Answer */

/** What a page's own files are served with: their names change with what is in them. */
const FOREVER = 'public, max-age=31536000, immutable';

/** A text, compressed. @param {string} type @param {string} text @param {string} [caching] @returns {File} */
export function file(type, text, caching = FOREVER) {
  const body = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text) },
  });
  return { type: `${type}; charset=utf-8`, body, encoding: 'br', caching };
}

/** @param {string} text */
export const html = (text) => file('text/html', text, 'no-cache');
/** @param {string} text */
export const script = (text) => file('text/javascript', text);
/** @param {unknown} value @param {number} [status] @returns {File} */
export const json = (value, status = 200) => ({
  type: 'application/json',
  body: Buffer.from(JSON.stringify(value)),
  caching: 'no-store',
  status,
});
/** @param {string} text */
export const style = (text) => file('text/css', text);

/**
 * @param {Map<string, File>} files by path
 * @param {Answer} [answer]
 */
export async function serve(files, answer = () => undefined) {
  const collector = await startCollector();
  /** What was fetched, and how large its body was, compressed. @type {{ path: string, bytes: number }[]} */
  const served = [];
  /** The collector's files, by path. @type {Map<string, { headers: import('node:http').IncomingHttpHeaders, body: Buffer }>} */
  const kept = new Map();
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    const got = (/** @type {number} */ bytes) => void (request.method === 'GET' && served.push({ path, bytes }));
    const found = files.get(path) ?? answer(path);
    if (found) {
      if (found.encoding && !/\bbr\b/.test(String(request.headers['accept-encoding']))) {
        response.writeHead(406).end('The browser does not take brotli.');
        return;
      }
      got(found.body.length);
      request.resume();
      response
        .writeHead(found.status ?? 200, {
          'content-type': found.type,
          'content-length': found.body.length,
          'cache-control': found.caching,
          ...(found.encoding && { 'content-encoding': found.encoding }),
        })
        .end(found.body);
      return;
    }
    const keeps = request.method === 'GET' && !request.headers['if-none-match'];
    const cached = keeps ? kept.get(path) : undefined;
    if (cached) {
      got(cached.body.length);
      response.writeHead(200, cached.headers).end(cached.body);
      return;
    }
    const onward = http.request(`${collector.address}${request.url}`, { method: request.method, headers: request.headers, agent });
    onward.on('response', (passed) => {
      /** @type {Buffer[]} */
      const chunks = [];
      passed.on('data', (chunk) => chunks.push(chunk));
      passed.on('end', () => {
        const body = Buffer.concat(chunks);
        got(body.length);
        if (keeps && passed.statusCode === 200) kept.set(path, { headers: passed.headers, body });
      });
      response.writeHead(passed.statusCode ?? 502, passed.headers);
      passed.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await once(server.listen(0), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    origin: `http://localhost:${port}`,
    served,
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await collector.stop();
    },
  };
}
