// What only Firefox has: a Global Privacy Control of its own, which says so by property and by header.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { GPC } from './lib/firefox.mjs';
import { quiet, stage } from './lib/stage.mjs';

const ONLY = { notIn: { Chromium: 'it has no Global Privacy Control' } };

everywhere('the Global Privacy Control of the browser is an answer: no question, nothing stored, no id', ONLY, async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor({ preferences: GPC });
  const page = await visitor.open(set.page('/'));
  assert.equal(await page.evaluate(() => /** @type {any} */ (navigator).globalPrivacyControl), true);
  assert.equal(await visitor.banner(), 'closed');
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: true, recorded: true });
  await visitor.clickByScript('accept');
  await quiet();
  assert.equal(set.front.posts[0]?.headers['sec-gpc'], '1', 'the browser says it by header too');
  assert.deepEqual(new Set(set.front.hits.map(({ level }) => level)), new Set(['aggregated']));
  assert.deepEqual(new Set(set.front.posts.map(({ path }) => path)), new Set(['/collect']));
  assert.deepEqual(await visitor.device(), {});
});
