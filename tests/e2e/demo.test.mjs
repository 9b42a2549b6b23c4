// The demo site, as `npm start` serves it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inChromium } from './lib/browsers.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { playwrightPage } from './lib/chromium.mjs';
import { names } from './lib/names.mjs';
import { stage, until } from './lib/stage.mjs';

const demo = join(root, 'www', 'demo');
const pages = readdirSync(demo, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('index.html'))
  .map((path) => `/demo/${path.slice(0, -'index.html'.length).replaceAll('\\', '/')}`);

inChromium('every page of the demo loads, asks, and shows what it sends; no request fails', async (t) => {
  assert.ok(pages.length > 5);
  const set = await stage(t);
  const visitor = await set.visitor();
  for (const path of pages) {
    const page = await visitor.open(set.own(path));
    assert.equal(await visitor.banner(), 'asking', path);
    await until(async () => /page view/.test(await page.innerText('.panel')), `the panel shows the view of ${path}`);
    assert.match(await page.innerText('.panel'), /aggregated/);
  }
  await set.front.settled();
  assert.ok(set.front.posts.every(({ status }) => status === 202));
  assert.deepEqual(set.front.hits.flatMap(({ view }) => view?.page ?? []).sort(), [...pages].sort());
  assert.deepEqual(visitor.failures, []);
  assert.deepEqual(visitor.errors, []);
  assert.deepEqual(visitor.console, []);
  assert.equal(Object.keys(await set.collector.views('page', { site: 'demo' })).length, pages.length);
});

inChromium('the panel follows the visitor up the ladder and down again', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.own('/demo/'));
  const now = () => page.innerText('.ladder [aria-current]');
  await until(async () => /aggregated/.test(await now()), 'aggregated');
  await visitor.click('accept');
  await until(async () => /anonymous/.test(await now()), 'anonymous');
  const id = (await visitor.id(names('demo'))) ?? '?';
  await until(async () => (await page.innerText('.device')).includes(id), 'the cookie shows');
  await until(async () => /a yes to anonymous/.test(await page.innerText('.log')), 'the grant shows');
  await playwrightPage(page).getByRole('button', { name: 'Withdraw' }).first().click();
  await until(async () => /aggregated/.test(await now()), 'aggregated again');
  await until(async () => /no cookie/.test(await page.innerText('.device')), 'the cookie is gone');
  await until(async () => /erase everything/.test(await page.innerText('.log')), 'the request to erase shows');
  assert.deepEqual(visitor.errors, []);
});

inChromium("an address that is not there shows the demo's own page", async (t) => {
  const set = await stage(t);
  const answer = await fetch(set.own('/demo/nowhere/'));
  assert.equal(answer.status, 404);
  assert.match(await answer.text(), /Fern/);
});
