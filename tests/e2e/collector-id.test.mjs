// An id that the collector makes: in a cookie that no script can read, from the yes to the withdrawal.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { SHOP } from './lib/names.mjs';
import { ID } from './lib/visitor.mjs';
import { stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

const BY_COLLECTOR = { 'data-id-cookie': 'collector' };
const NOUGHT = '0'.repeat(32);

/** The cookie that the collector set; on a page by plain http its name has no prefix. @param {Visitor} visitor */
const collectorCookie = async (visitor) => (await visitor.context.cookies()).find(({ name }) => name === SHOP.collectorId);

/** A visitor who agrees, once the collector has answered. @param {Stage} set @param {(path: string) => string} where */
async function consenting(set, where) {
  const visitor = await set.visitor();
  await visitor.open(where('/'));
  assert.deepEqual(await visitor.context.cookies(), [], 'before the choice there is none');
  await visitor.click('accept');
  await until(() => collectorCookie(visitor), 'the cookie');
  const cookie = await collectorCookie(visitor);
  assert.ok(cookie?.httpOnly && ID.test(cookie.value) && cookie.value !== NOUGHT, JSON.stringify(cookie));
  return { visitor, id: cookie.value };
}

for (const [name, where] of /** @type {const} */ ([
  ["the collector's own origin", 'own'],
  ['another origin of its host', 'page'],
])) {
  everywhere(`no script sees the id, hits go under it, and the withdrawal erases it: ${name}`, async (t) => {
    const set = await stage(t, BY_COLLECTOR);
    const { visitor, id } = await consenting(set, set[where]);
    assert.equal(await visitor.id(), NOUGHT, 'the page sees that there is one, and not which');
    await visitor.track('signup');
    await visitor.open(set[where]('/next'));
    await until(async () => (await set.collector.views('event')).signup, 'the event');
    await until(() => set.front.hits.some(({ view }) => view?.page === '/next'), 'the second view');
    await set.front.settled();
    assert.ok(set.collector.filesWith(id).length, 'rows stand under it');
    const { cookies, ...stored } = await visitor.device();
    assert.ok(JSON.stringify(cookies).includes(id), 'the browser holds it');
    const shown = JSON.stringify([
      stored,
      await visitor.sent(),
      await visitor.page.evaluate(() => document.cookie),
      set.front.posts.map(({ path, body }) => [path, body]),
    ]);
    assert.ok(!shown.includes(id), 'neither the page nor a body holds it');

    await visitor.click('manage');
    await visitor.page.waitForSelector('askfirst-preferences [part~=receipt]');
    const { text } = await visitor.download(() => visitor.page.click('askfirst-preferences [part~=receipt]'));
    const held = JSON.parse(text);
    assert.equal(held.receipts.length, 1);
    assert.deepEqual(held.hits.map((/** @type {any} */ { kind, page }) => [kind, page]).sort(), [
      ['event', '/'],
      ['grant', '/'],
      ['view', '/next'],
    ]);
    await visitor.page.keyboard.press('Escape');

    await visitor.page.evaluate(() => /** @type {any} */ (window).askfirst.consent.withdraw());
    await until(async () => !(await collectorCookie(visitor)), 'the cookie is gone');
    assert.equal(await visitor.id(), undefined);
    assert.deepEqual(set.collector.filesWith(id), [], 'not a byte of it is left');
    set.front.messages.length = 0;
    await visitor.track('signup');
    await set.front.arrived(1);
    for (const { headers } of set.front.posts) assert.equal(headers.cookie, undefined, 'no cookie travels any more');
  });
}

everywhere('a browser that lost the cookie gets another one by its grant, and no hit is lost', async (t) => {
  const set = await stage(t, BY_COLLECTOR);
  const { visitor, id } = await consenting(set, set.page);
  await visitor.recorded();
  await set.front.settled();
  const before = Object.keys(await set.collector.views('page')).length;
  set.front.messages.length = 0;
  // As another program on the device might: the page's cookies stay.
  await visitor.context.addCookies([{ name: SHOP.collectorId, value: 'lost', url: set.page('/') }]);
  await visitor.open(set.page('/alone'));
  await until(() => set.front.posts.at(-1)?.status === 202, 'the view is stored');
  assert.deepEqual(
    set.front.posts.map(({ path, status }) => [path, status]),
    [
      ['/collect', 425],
      ['/consent', 200],
      ['/collect', 202],
    ],
  );
  const cookie = await collectorCookie(visitor);
  assert.ok(cookie?.httpOnly && ID.test(cookie.value) && cookie.value !== NOUGHT && cookie.value !== id, JSON.stringify(cookie));
  assert.ok(set.collector.filesWith(cookie.value).length, 'rows stand under it');
  assert.equal(Object.keys(await set.collector.views('page')).length, before + 1);
  assert.deepEqual(visitor.errors, []);
  await visitor.recorded();
});
