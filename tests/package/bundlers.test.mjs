// The examples of bundlers and of the thin wrappers: each built from the packed package, served, and visited with a real browser.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from '../e2e/lib/chromium.mjs';
import { until } from '../e2e/lib/until.mjs';
import { root, run } from '../../scripts/lib/run.mjs';
import { collect, serve, visit } from './lib/shop.mjs';
import { Workshop, script } from './lib/workshop.mjs';

const workshop = new Workshop('bundlers', ['esbuild', 'rollup', 'webpack', 'vite', 'core', 'react', 'vue']);
before(() => workshop.open());
after(() => chromium.end());

/**
 * Builds an example and visits it.
 * @param {import('node:test').TestContext} t
 * @param {string} name
 * @param {{ build?: string, from?: string, headers?: (collector: string) => Record<string, string>  }} [options]
 *   the script that builds it, the folder that is served, and with which headers
 */
async function shop(t, name, { build = 'build', from = '.', headers = () => ({}) } = {}) {
  const collector = await collect(t);
  const folder = workshop.example(name, collector.public);
  if (build) await script(folder, build);
  return { folder, ...(await visit(t, collector, await serve(t, join(folder, from), headers(collector.public)))) };
}

workshop.test('by script tag', (t) => shop(t, 'script-tag', { build: '' }));

for (const [name, options] of /** @type {const} */ ([
  ['esbuild', {}],
  ['rollup', {}],
  ['webpack', {}],
  ['vite', { from: 'dist' }],
])) {
  workshop.test(`with ${name}: the page view is counted, the banner asks, a yes leads to an id`, async (t) => {
    const { folder, heard } = await shop(t, name, options);
    const scripts = readdirSync(join(folder, 'dist'), { recursive: true }).filter((path) => `${path}`.endsWith('.js'));
    const loaded = heard.requests.filter((address) => address.endsWith('.js'));
    assert.ok(loaded.length < scripts.length, `of ${scripts.length} files only what was wanted was loaded: ${loaded}`);
  });
}

workshop.test('with esbuild, all in one classic script', async (t) => {
  const { folder } = await shop(t, 'esbuild', { build: 'build:iife' });
  assert.deepEqual(readdirSync(join(folder, 'dist')), ['main.js']);
});

for (const name of ['react', 'vue']) {
  workshop.test(`with ${name}: the status follows the visitor, up and down, and is drawn`, async (t) => {
    const { tab } = await shop(t, name, { from: 'dist' });
    assert.equal(await tab.innerText('#privacy'), 'Privacy: granted, anonymous');
    await tab.click('#privacy');
    await tab.click('askfirst-preferences [data-level=none]');
    await until(async () => (await tab.innerText('#privacy')) === 'Privacy: denied, none', 'the refusal is drawn');
  });
}

for (const [name, program] of Object.entries({
  react: `
    import { createElement as h } from 'react';
    import { renderToString } from 'react-dom/server';
    import { AskFirst, useConsent } from 'askfirst/react';
    const Privacy = () => h('b', null, useConsent().status?.state ?? 'off', h(AskFirst, { site: 'demo', endpoint: 'https://stats.example' }));
    console.log(renderToString(h(Privacy)));`,
  vue: `
    import { createSSRApp, h } from 'vue';
    import { renderToString } from 'vue/server-renderer';
    import { askfirst, useConsent } from 'askfirst/vue';
    const drawing = ({ status }) => () => h('b', status.value?.state ?? 'off');
    const app = createSSRApp({ setup: () => drawing(useConsent()) }).use(askfirst, { site: 'demo', endpoint: 'https://stats.example' });
    console.log(await renderToString(app));`,
})) {
  workshop.test(`drawn on a server with ${name}: without a status, and without a window`, async () => {
    const path = join(workshop.folder, name, 'server.mjs');
    writeFileSync(path, program);
    assert.equal((await run(process.execPath, [path], { capture: true })).trim(), '<b>off</b>');
  });
}

for (const [allowed, what, plain] of /** @type {const} */ ([
  ["'self' 'wasm-unsafe-eval'", 'where the policy allows WebAssembly and no eval', 0],
  ["'self'", 'and in plain JavaScript where the policy forbids WebAssembly', 1],
])) {
  workshop.test(`with a module that the site loads itself, by its address, ${what}`, async (t) => {
    const headers = (/** @type {string} */ collector) => ({
      'content-security-policy': `default-src 'none'; img-src data:; script-src ${allowed}; connect-src 'self' ${collector}`,
    });
    const { heard } = await shop(t, 'core', { from: 'dist', headers });
    const times = (/** @type {RegExp} */ file) => heard.requests.filter((address) => file.test(address)).length;
    assert.deepEqual([times(/\.wasm$/), times(/askfirst-plain/)], [1, plain]);
  });
}

/**
 * Vite's own server, which bundles what it finds in node_modules by itself, as the site is developed.
 * @param {import('node:test').TestContext} t
 * @param {string} folder
 */
async function develop(t, folder) {
  const vite = await import(pathToFileURL(createRequire(join(folder, 'package.json')).resolve('vite')).href);
  const server = await vite.createServer({ root: folder, logLevel: 'error', server: { port: 0, host: '127.0.0.1' } });
  t.after(() => server.close());
  await server.listen();
  return `http://localhost:${server.httpServer.address().port}`;
}

for (const name of ['vite', 'core', 'react', 'vue']) {
  workshop.test(`while the site is developed with Vite: ${name}`, async (t) => {
    const collector = await collect(t);
    const folder = workshop.example(name, collector.public);
    await visit(t, collector, await develop(t, folder));
  });
}

test('lock files name packages and hashes, not where they were downloaded from', () => {
  for (const path of ['package-lock.json', 'examples/package-lock.json']) {
    const lock = JSON.parse(readFileSync(join(root, path), 'utf8'));
    assert.ok(Object.keys(lock.packages).length > 100, path);
    assert.deepEqual(
      Object.values(lock.packages).flatMap(({ resolved = '' }) => (/:/.test(resolved) ? [resolved] : [])),
      [],
    );
  }
});
