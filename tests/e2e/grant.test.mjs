// The grant of consent: rows wait until the collector has it, and it is sent until the collector has it.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { everywhere, inChromium, test } from './lib/browsers.mjs';
import { SHOP } from './lib/names.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

/** The grant as the page keeps it. @param {Visitor} visitor */
const kept = (visitor) => visitor.page.evaluate((name) => localStorage.getItem(name), SHOP.grant);

/** Consent is not answered, by that. @param {Stage} set @param {number} answer */
const noConsent = (set, answer) => (set.front.instead = ({ path }) => (path === '/consent' ? answer : undefined));

/** Rows that came in. @param {Stage} set */
const rows = (set) => set.front.hits.filter(({ level }) => level !== 'aggregated');

/** What the collector holds under the id. @param {Stage} set @param {string | undefined} id @returns {Promise<{ receipts: any[], hits: any[] }>} */
async function held(set, id) {
  const answer = await fetch(`${set.collector.public}/mydata`, {
    method: 'POST',
    body: JSON.stringify({ v: 2, site: 'shop.example', id }),
  });
  assert.equal(answer.status, 200);
  return /** @type {any} */ (await answer.json());
}

everywhere('rows wait until the collector has the grant, and then arrive', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  noConsent(set, 503);
  await visitor.click('accept');
  await visitor.track('signup');
  assert.deepEqual(await visitor.status(), { state: 'granted', level: 'anonymous', signal: false, recorded: false });
  await until(() => set.front.bodies('/consent').length >= 2, 'two tries of the grant');
  await quiet();
  assert.deepEqual(rows(set), [], 'no row before the grant');
  assert.equal(await kept(visitor), set.front.posts.find(({ path }) => path === '/consent')?.body, 'kept, and not marked');
  set.front.instead = undefined;
  await visitor.recorded();
  assert.match((await kept(visitor)) ?? '', /^\+\{/);
  await until(async () => (await set.collector.views('event')).signup, 'the event');
  assert.deepEqual(
    rows(set).map(({ event }) => event.name),
    ['signup'],
  );
  const { receipts } = await held(set, await visitor.id());
  assert.equal(receipts.length, 1, 'one receipt, however often the grant was sent');
});

everywhere('a grant that did not arrive is sent by the next page, before its rows', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await set.front.arrived(1);
  set.front.instead = ({ method }) => (method === 'POST' ? 0 : undefined);
  await visitor.click('accept');
  const id = await visitor.id();
  await visitor.track('signup');
  await until(() => set.front.bodies('/consent').length, 'a try');
  await visitor.open(set.page('/news.html'), { runs: false });
  assert.match((await kept(visitor)) ?? '', /^\{/);
  set.front.instead = undefined;
  set.front.messages.length = 0;
  await visitor.open(set.page('/next'));
  await visitor.recorded();
  await until(async () => (await set.collector.views('event')).signup, 'the event');
  await until(() => rows(set).some(({ view }) => view?.page === '/next'), 'the view of the next page');
  await set.front.settled();
  assert.deepEqual(
    set.front.posts.map(({ path, status }) => [path, status]).slice(0, 2),
    [
      ['/consent', 200],
      ['/collect', 202],
    ],
    'the grant first',
  );
  assert.ok(set.front.posts.every(({ status = 0 }) => status < 300));
  assert.equal(await visitor.id(), id);
  const { receipts, hits } = await held(set, id);
  assert.equal(receipts.length, 1);
  assert.deepEqual(hits.map(({ kind, page }) => `${kind} ${page}`).sort(), ['event /', 'grant /', 'view /next']);
});

everywhere('who says yes and leaves at once has one receipt in the end', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.page.evaluate(() =>
    document.querySelector('[data-askfirst=accept]')?.addEventListener('click', () => setTimeout(() => (location.href = '/news.html'))),
  );
  await visitor.click('accept');
  await visitor.page.waitForURL(set.page('/news.html'));
  const id = await visitor.id();
  await visitor.open(set.page('/next'));
  await visitor.recorded();
  await until(() => rows(set).some(({ view }) => view?.page === '/next'), 'the view of the next page');
  await set.front.settled();
  assert.equal((await held(set, id)).receipts.length, 1);
});

inChromium('a collector that lost its data asks for the grant again, and loses no row', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.recorded();
  const id = await visitor.id();
  await set.collector.end('SIGKILL');
  rmSync(join(set.collector.directory, 'data'), { recursive: true });
  await set.collector.start();
  set.front.messages.length = 0;
  await visitor.track('signup');
  await until(async () => (await set.collector.views('event')).signup, 'the event');
  await set.front.settled();
  assert.deepEqual(
    set.front.posts.map(({ path, status }) => [path, status]),
    [
      ['/collect', 425],
      ['/consent', 200],
      ['/collect', 202],
    ],
  );
  assert.equal(new Set(set.front.posts.filter(({ path }) => path === '/collect').map(({ body }) => body)).size, 1, 'the same batch');
  assert.equal(await visitor.id(), id);
  await visitor.recorded();
  assert.deepEqual(await set.collector.views('event'), { signup: 1 });
});

inChromium('a collector that never has the grant is not sent it for ever', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.recorded();
  set.front.instead = ({ path }) => (path === '/collect' ? 425 : undefined);
  await visitor.track('signup');
  await until(() => set.front.bodies('/consent').length === 4, 'the grant, and three times again');
  const posts = () => set.front.posts.length;
  await quiet(4_000);
  const before = posts();
  await visitor.track('signup');
  await quiet(6_000);
  assert.equal(set.front.bodies('/consent').length, 4);
  assert.ok(posts() <= before + 1, `${posts() - before} more requests`);
  assert.deepEqual(visitor.errors, []);
});

inChromium('a grant that the collector refuses is not tried again by this page, and no row is sent', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await set.front.arrived(1);
  noConsent(set, 403);
  await visitor.click('accept');
  await visitor.track('signup');
  await quiet(6_000);
  assert.equal(set.front.bodies('/consent').length, 1);
  assert.deepEqual(rows(set), []);
  assert.equal((await visitor.status()).recorded, false);
  set.front.instead = undefined;
  await visitor.open(set.page('/next'));
  await visitor.recorded();
  await until(async () => (await set.collector.views('event')).signup, 'the next page sends both');
});

for (const [what, text] of /** @type {const} */ ([
  ['no JSON', '{"v":2'],
  ['nothing', 'null'],
  ['another message', '{"v":2,"site":"shop.example"}'],
])) {
  inChromium(`a kept grant that is ${what} breaks nothing, and a collector without the grant gets a new one`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.open(set.page('/'));
    await visitor.click('accept');
    await visitor.recorded();
    const id = await visitor.id();
    await set.collector.end('SIGKILL');
    rmSync(join(set.collector.directory, 'data'), { recursive: true });
    await set.collector.start();
    await visitor.page.evaluate(([name, text]) => localStorage.setItem(name, text), /** @type {const} */ ([SHOP.grant, text]));
    set.front.messages.length = 0;
    await visitor.open(set.page('/next'));
    await visitor.track('signup');
    await until(async () => (await set.collector.views('event')).signup, 'the event');
    // The page's word: nobody knows any more what was asked.
    const [grant] = set.front.bodies('/consent').filter(({ action }) => action === 'grant');
    const { policy, ...rest } = grant;
    assert.equal(typeof policy, 'number');
    assert.deepEqual(rest, { v: 2, site: 'shop.example', action: 'grant', level: 'anonymous', lang: 'und', banner: false, id });
    assert.equal((await visitor.status()).recorded, true);
    assert.deepEqual(visitor.errors, []);
    await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
    assert.deepEqual(Object.keys(Object((await visitor.device()).localStorage)), [SHOP.choice]);
    assert.equal(await visitor.id(), undefined);
  });
}

everywhere('an id that was withdrawn elsewhere is deleted at the next hit, and the visitor is asked again', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.recorded();
  const id = (await visitor.id()) ?? '';
  const body = JSON.stringify({ v: 2, site: 'shop.example', id });
  assert.equal((await fetch(`${set.collector.public}/forget`, { method: 'POST', body })).status, 200);
  set.front.messages.length = 0;
  await visitor.track('signup');
  await until(async () => !(await visitor.id()), 'the cookie goes');
  assert.equal(set.front.posts.find(({ path }) => path === '/collect')?.status, 410);
  await until(async () => (await visitor.banner()) === 'asking', 'the question');
  assert.deepEqual(await visitor.status(), { state: 'pending', level: 'aggregated', signal: false, recorded: true });
  assert.equal(await kept(visitor), null);
  await visitor.open(set.page('/next'));
  await quiet();
  assert.ok(!JSON.stringify(set.front.posts.slice(1)).includes(id), 'nothing more under it');
  assert.deepEqual(set.collector.filesWith(id), []);
  assert.equal((await visitor.status()).state, 'pending');
});

everywhere('the same site on two ports of a host shares a yes, and not a no', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('reject');
  await visitor.open(set.own('/'));
  assert.equal((await visitor.status()).state, 'pending', 'a no is not shared');
  await visitor.click('accept');
  await visitor.recorded();
  const id = await visitor.id();
  await visitor.open(set.page('/there'));
  assert.deepEqual(await visitor.status(), { state: 'granted', level: 'anonymous', signal: false, recorded: true });
  assert.equal(await visitor.id(), id);
  await until(() => rows(set).some(({ view }) => view?.page === '/there'), 'the view on the other port');
  await set.front.settled();
  assert.ok(set.front.posts.every(({ status = 0 }) => status < 300));
  assert.equal((await held(set, id)).receipts.length, 1, 'one grant for both');

  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  await visitor.open(set.own('/here'));
  assert.notEqual((await visitor.status()).state, 'granted', 'what was taken back there is taken back here');
  assert.equal(await visitor.id(), undefined);
});

test('two sites on one host do not read or delete each other’s choice', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.recorded();
  const [id, choice] = [await visitor.id(SHOP), await visitor.choice()];
  set.site.attributes['data-site'] = 'small.example';
  await visitor.open(set.page('/small'));
  assert.equal((await visitor.status()).state, 'pending');
  await visitor.click('accept');
  await visitor.recorded();
  const other = await visitor.id();
  assert.ok(other && other !== id, 'each has an id of its own');
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  assert.equal(await visitor.id(), undefined);
  set.site.attributes['data-site'] = 'shop.example';
  await visitor.open(set.page('/'));
  assert.deepEqual([await visitor.id(), await visitor.choice()], [id, choice]);
  assert.equal((await visitor.status()).state, 'granted');
});

test('the grant says on which page it was given, without what is secret in its address', async (t) => {
  const set = await stage(t, { 'data-exclude': '/admin/**' });
  for (const [path, page] of /** @type {const} */ ([
    ['/orders/123456?token=SECRET', '/orders/:id'],
    ['/記事/東京', '/記事/東京'],
    ['/admin/users', undefined],
  ])) {
    const visitor = await set.visitor();
    set.front.messages.length = 0;
    await visitor.open(set.page(encodeURI(path)));
    await visitor.click('accept');
    await visitor.recorded();
    const [grant] = set.front.bodies('/consent');
    assert.equal(grant.page, page, path);
    const { hits } = await held(set, await visitor.id());
    assert.deepEqual(
      hits.filter(({ kind }) => kind === 'grant').map((hit) => hit.page),
      page ? [page] : [],
      path,
    );
    await visitor.leave();
  }
  assert.equal((await set.collector.views('page'))['/orders/:id'], 1, 'the grant is no page view');
});
