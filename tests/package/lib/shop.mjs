// An example, built and served, and what a visitor does there: the same everywhere.
import assert from 'node:assert/strict';
import http from 'node:http';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { chromium } from '../../e2e/lib/chromium.mjs';
import { Collector } from '../../e2e/lib/collector.mjs';
import { names } from '../../e2e/lib/names.mjs';
import { until } from '../../e2e/lib/until.mjs';

/** @typedef {import('node:test').TestContext} TestContext */
/** @typedef {{ collector: Collector, tab: import('../../e2e/lib/driver').Tab, profile: import('../../e2e/lib/driver').Profile, heard: import('../../e2e/lib/driver').Heard }} Visit */

const DEMO = names('demo');

const TYPES = /** @type {Record<string, string>} */ ({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.wasm': 'application/wasm',
});

/**
 * Serves a folder until the test ends; its address.
 * @param {TestContext} t
 * @param {string} folder
 * @param {Record<string, string>} [headers] of every answer
 */
export async function serve(t, folder, headers = {}) {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const named = join(folder, normalize(pathname));
    const path = existsSync(named) && statSync(named).isDirectory() ? join(named, 'index.html') : named;
    if (!existsSync(path)) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/plain', ...headers }).end(readFileSync(path));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/** A collector, until the test ends. @param {TestContext} t */
export async function collect(t) {
  const collector = new Collector();
  t.after(() => collector.remove());
  await collector.start();
  return collector;
}

/** Nothing was thrown, no request failed, and the console says nothing that anybody has to look at. @param {Visit['heard']} heard */
export function clean(heard) {
  const said = heard.console.filter((line) => /^(warning|error)/.test(line));
  assert.deepEqual([heard.errors, heard.failures, said], [[], [], []]);
}

/** Everything that is kept under an id. @param {Collector} collector @param {string} id @returns {Promise<{ kind: string, name?: string }[]>} */
async function kept(collector, id) {
  const answer = await fetch(`${collector.public}/mydata`, { method: 'POST', body: JSON.stringify({ v: 2, site: 'demo', id }) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return /** @type {any} */ (await answer.json()).hits;
}

/**
 * A visitor comes, is counted and asked, agrees, and is known from then on; opens the preferences, whose file is loaded then.
 * @param {TestContext} t
 * @param {Collector} collector
 * @param {string} address
 * @returns {Promise<Visit>}
 */
export async function visit(t, collector, address) {
  /** @type {import('../../e2e/lib/driver').Heard} */
  const heard = { console: [], errors: [], requests: [], failures: [] };
  const profile = await chromium.profile({}, heard);
  t.after(() => profile.close());
  const tab = await profile.newPage();
  await tab.goto(address);
  const told = () => `\n${[...heard.console, ...heard.errors, ...heard.failures].join('\n')}`;
  await tab.waitForSelector('askfirst-consent [data-askfirst=accept]').catch((error) => assert.fail(`no banner: ${error}${told()}`));
  await until(async () => (await collector.views('page', { site: 'demo' }))['/'], `the page view is counted${told()}`);
  assert.deepEqual(await profile.cookies(), [], 'nothing is known before the choice');

  await tab.click('askfirst-consent [data-askfirst=accept]');
  let id = '';
  const known = async () => (id = (await profile.cookies()).find(({ name }) => name === DEMO.id)?.value ?? '');
  await until(known, `a yes leads to an id${told()}`);
  assert.match(id, /^[0-9a-f]{32}$/);
  await tab.click('#signup');
  await until(async () => (await kept(collector, id)).some(({ name }) => name === 'signup'), `the event is kept under the id${told()}`);
  assert.deepEqual(await collector.views('event', { site: 'demo' }), { signup: 1 });
  assert.deepEqual(await collector.views('page', { site: 'demo' }), { '/': 1 }, 'counted once');

  await tab.click('askfirst-consent [data-askfirst=manage]');
  await tab.waitForSelector('askfirst-preferences [data-level=none]');
  await tab.keyboard.press('Escape');
  clean(heard);
  return { collector, tab, profile, heard };
}
