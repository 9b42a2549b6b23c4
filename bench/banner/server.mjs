// The pages that are measured, on loopback: the same HTML for all but for the tags, each file compressed beforehand with brotli.
// What is the collector's is passed on to a real one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { collector as program } from '../../scripts/lib/collector.mjs';
import { Failure, root } from '../../scripts/lib/run.mjs';
import { CONFIG } from './cookieconsent.mjs';

/**
 * @typedef {object} Side
 * @property {string} name
 * @property {string} version
 * @property {string} path of its page
 * @property {string} banner the selector of what is to be seen
 * @property {number} bytes of all files that the banner needs, compressed
 */

const theirs = join(root, 'node_modules', 'vanilla-cookieconsent');
/** @param {string} path */
const read = (path) => readFileSync(path, 'utf8');

/** A page with some text, and the tags. @param {string} head @param {string} [end] */
const page = (head, end = '') => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>A garden's journal</title>
    <link rel="icon" href="data:," />
    <style>body { max-width: 40em; margin: 2em auto; padding: 0 1em; font: 18px/1.6 system-ui, sans-serif }</style>
    ${head}
  </head>
  <body>
    <h1>The first frost came early this year, and the beans were not in yet</h1>
    ${'<p>What is left in the beds after the first cold night tells how the autumn will go on.</p>\n    '.repeat(12)}
    ${end}
  </body>
</html>
`;

/** A text, compressed. @param {string} type @param {string} text */
function file(type, text) {
  const body = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  });
  return { type: `${type}; charset=utf-8`, body };
}

/** A collector on free ports, with a copy of dist/: a build that runs meanwhile changes nothing. */
async function startCollector() {
  if (!existsSync(program) || !existsSync(join(root, 'dist', 'askfirst.js.br')))
    throw new Failure('nothing is built yet: leave --no-build out');
  const folder = mkdtempSync(join(tmpdir(), 'askfirst-bench-'));
  const assets = join(folder, 'assets');
  cpSync(join(root, 'dist'), assets, { recursive: true });
  const any = '127.0.0.1:0';
  const places = ['--data', join(folder, 'data'), '--assets', assets, '--demo', join(root, 'www', 'demo')];
  const child = spawn(program, ['serve', ...places, '--public', any, '--private', any, '--log', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  /** @type {string} */
  const address = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const found = /public +(http:\S+)/.exec(said)?.[1];
      if (found && /^ +data /m.test(said)) resolve(found);
    });
    child.on('error', () => reject(new Failure('the collector does not start')));
    child.on('exit', () => reject(new Failure('the collector ended')));
    setTimeout(() => reject(new Failure('the collector said nothing for 10 s')), 10_000).unref();
  }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { address, stop, script: readFileSync(join(assets, 'askfirst.js.br')) };
}

/** @returns {Promise<{ sides: [Side, Side, Side], origin: string, stop: () => Promise<void> }>} */
export async function serve() {
  const [style, umd] = [join(theirs, 'dist', 'cookieconsent.css'), join(theirs, 'dist', 'cookieconsent.umd.js')].map(read);
  const run = `CookieConsent.run(${JSON.stringify(CONFIG)});`;
  const link = '<link rel="stylesheet" href="/theirs/cookieconsent.css" />';
  const collector = await startCollector();
  const files = new Map([
    ['/ours/', file('text/html', page('<script defer src="/askfirst.js" data-site="demo" data-policy="/privacy/" data-local="on"></script>'))],
    ['/theirs/', file('text/html', page(link, '<script type="module" src="/theirs/cookieconsent-config.js"></script>'))],
    ['/theirs/one/', file('text/html', page(`${link}\n    <script defer src="/theirs/one.js"></script>`))],
    ['/theirs/cookieconsent.css', file('text/css', style ?? '')],
    ['/theirs/cookieconsent.umd.js', file('text/javascript', umd ?? '')],
    ['/theirs/cookieconsent-config.js', file('text/javascript', `import '/theirs/cookieconsent.umd.js';\n${run}\n`)],
    ['/theirs/one.js', file('text/javascript', `${umd}\n${run}\n`)],
  ]);
  const size = (/** @type {string[]} */ ...names) => names.reduce((sum, name) => sum + (files.get(`/theirs/${name}`)?.body.length ?? 0), 0);

  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const found = files.get(request.url ?? '');
    if (found) {
      if (!/\bbr\b/.test(String(request.headers['accept-encoding']))) {
        response.writeHead(406).end('The browser does not take brotli.');
        return;
      }
      response
        .writeHead(200, { 'content-type': found.type, 'content-encoding': 'br', 'content-length': found.body.length })
        .end(found.body);
      return;
    }
    const onward = http.request(`${collector.address}${request.url}`, { method: request.method, headers: request.headers, agent });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await once(server.listen(0), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const { version } = JSON.parse(read(join(theirs, 'package.json')));
  const banner = '#cc-main .cm';
  return {
    origin: `http://localhost:${port}`,
    sides: [
      {
        name: 'askfirst',
        version: JSON.parse(read(join(root, 'package.json'))).version,
        path: '/ours/',
        banner: 'askfirst-consent',
        bytes: collector.script.length,
      },
      {
        name: 'cookieconsent',
        version,
        path: '/theirs/',
        banner,
        bytes: size('cookieconsent.css', 'cookieconsent.umd.js', 'cookieconsent-config.js'),
      },
      { name: 'cookieconsent, one file', version, path: '/theirs/one/', banner, bytes: size('cookieconsent.css', 'one.js') },
    ],
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await collector.stop();
    },
  };
}
