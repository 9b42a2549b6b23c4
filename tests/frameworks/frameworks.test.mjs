// The examples that draw pages on a server, or at build time: built from the packed package, run, and visited. They bring
// some hundreds of packages and build slowly, so they are not part of each `npm test`: `npm run examples`, or `npm test -- --with examples`.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from '../e2e/lib/chromium.mjs';
import { until } from '../e2e/lib/until.mjs';
import { clean, collect, serve, visit } from '../package/lib/shop.mjs';
import { Workshop, script } from '../package/lib/workshop.mjs';

const workshop = new Workshop('frameworks', ['next', 'sveltekit', 'astro']);
before(() => workshop.open());
after(() => chromium.end());

/** A port that is free. */
async function free() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts a program of the workshop that serves an example, until the test ends. Its address, and what it says.
 * @param {import('node:test').TestContext} t
 * @param {string} folder
 * @param {(port: number) => string[]} program its file and its arguments
 */
async function start(t, folder, program) {
  const port = await free();
  const env = { ...process.env, PORT: `${port}`, HOST: '127.0.0.1', NEXT_TELEMETRY_DISABLED: '1' };
  const child = spawn(process.execPath, program(port), { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(async () => {
    const gone = once(child, 'exit');
    if (child.exitCode === null && child.kill()) await gone;
  });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said.text += chunk));
  const address = `http://localhost:${port}`;
  const answers = () =>
    fetch(address).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until(answers, `${folder} answers; it said: ${said.text}`);
  return { address, said };
}

/** The page as the server draws it. @param {string} address */
async function drawn(address) {
  const answer = await fetch(address);
  assert.equal(answer.status, 200);
  const html = await answer.text();
  assert.match(html, /<h1[^>]*>A shop, with [\w.]+<\/h1>/, 'the page is drawn before any script has run');
  assert.doesNotMatch(html, /askfirst-consent/, 'the banner is none of it');
  return html;
}

/** Goes to another page without loading it anew, and it is counted. @param {import('../package/lib/shop.mjs').Visit} visited */
async function toAbout({ tab, collector, heard }) {
  const loads = () => tab.evaluate(() => performance.timeOrigin);
  const before = await loads();
  await tab.click('#about');
  await until(async () => (await collector.views('page', { site: 'demo' }))['/about'], 'the second page is counted');
  assert.equal(await loads(), before, 'the page was not loaded anew');
  assert.deepEqual(await collector.views('page', { site: 'demo' }), { '/': 1, '/about': 1 });
  clean(heard);
}

workshop.test('with Next.js: drawn by the server, started in a server component, followed by a hook', async (t) => {
  const collector = await collect(t);
  const folder = workshop.example('next', collector.public);
  await script(folder, 'build');
  const next = join(workshop.folder, 'node_modules', 'next', 'dist', 'bin', 'next');
  const { address, said } = await start(t, folder, (port) => [next, 'start', '--hostname', '127.0.0.1', '--port', `${port}`]);
  assert.match(await drawn(address), /Privacy: <!-- -->off<!-- -->, <!-- -->none/, 'the hook says nothing on the server');
  const visited = await visit(t, collector, address);
  assert.equal(await visited.tab.innerText('#privacy'), 'Privacy: granted, anonymous');
  await toAbout(visited);
  assert.doesNotMatch(said.text, /error|warn/i);
});

workshop.test('with SvelteKit: drawn by the server, started when it is mounted', async (t) => {
  const collector = await collect(t);
  const folder = workshop.example('sveltekit', collector.public);
  await script(folder, 'build');
  const { address, said } = await start(t, folder, () => ['build']);
  await drawn(address);
  await toAbout(await visit(t, collector, address));
  assert.doesNotMatch(said.text, /error|warn/i);
});

workshop.test('with Astro: drawn when it is built, started by a script of the page', async (t) => {
  const collector = await collect(t);
  const folder = workshop.example('astro', collector.public);
  await script(folder, 'build');
  const address = await serve(t, join(folder, 'dist'));
  await drawn(address);
  await visit(t, collector, address);
});
