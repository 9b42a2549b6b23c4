// The site's pages: tests/pages/*.html by name, dist/ for the package, and shop.html at every other path.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';
import { policy } from './wasm.mjs';

/**
 * What the tests change of the pages while they are open.
 * @typedef {object} Site
 * @property {Record<string, string>} attributes of the script tag
 * @property {Record<string, string>} headers of the pages' answers
 * @property {string} head more HTML, before the script tag
 * @property {string} [tag] in place of the script tag
 */

/** @param {Record<string, string>} attributes */
const tag = (attributes) =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}="${value.replaceAll('"', '&quot;')}"`)
    .join(' ');

/**
 * @param {Site} site
 * @param {() => string} origin the collector's, as pages see it
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => void}
 */
export function pages(site, origin) {
  return (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (/^\/dist\/[\w.-]+$/.test(path)) {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' }).end(readFileSync(join(root, path)));
      return;
    }
    const script = path.endsWith('.js');
    const named = join(root, 'tests', 'pages', path);
    if (script && !existsSync(named)) {
      response.writeHead(404).end();
      return;
    }
    const file = /^\/[\w-]+\.(html|js)$/.test(path) && existsSync(named) ? named : join(root, 'tests', 'pages', 'shop.html');
    const text = readFileSync(file, 'utf8')
      .replaceAll('{{origin}}', origin())
      .replaceAll('{{head}}', site.head)
      .replaceAll('{{tag}}', site.tag ?? `<script defer src="${origin()}/askfirst.js" ${tag(site.attributes)}></script>`);
    const own = `http://${request.headers.host}` === origin();
    const headers = { ...policy(own ? undefined : origin()), ...site.headers };
    response.writeHead(200, { 'content-type': `text/${script ? 'javascript' : 'html'}; charset=utf-8`, ...headers }).end(text);
  };
}
