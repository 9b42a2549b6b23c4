// Promise 1: what leaves the browser at `none` and at `aggregated`, and what lies on the device.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { quiet, stage, until } from './lib/stage.mjs';
import { ID } from './lib/visitor.mjs';
import { WITHOUT_WASM } from './lib/wasm.mjs';

/** Values that are the same for everybody who does the same. @param {any} value @returns {unknown[]} */
const leaves = (value) => (Object(value) === value ? Object.values(value).flatMap(leaves) : [value]);

for (const origin of /** @type {const} */ (['own', 'page'])) {
  const where = origin === 'own' ? 'on the same origin' : 'on another origin';

  everywhere(`before the choice nothing leaves but the script's request and one aggregated page view, ${where}`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.context.addCookies([{ name: 'login', value: 'LOGINSECRET', url: set.front.origin }]);
    const page = await visitor.open(set[origin]('/pricing?session=QUERYSECRET'));
    await page.mouse.wheel(0, 400);
    await page.click('#own');
    await quiet();

    assert.deepEqual(
      set.front.messages.map(({ method, path }) => `${method} ${path}`),
      ['GET /askfirst.js', ...(WITHOUT_WASM ? ['GET /askfirst-plain.js'] : []), 'POST /collect'],
    );
    const [post] = set.front.posts;
    assert.equal(post?.status, 202);
    const policy = set.front.hits[0]?.view.asked;
    assert.ok(policy > 0 && Number.isInteger(policy), 'the number of the policy that the banner asks for');
    const view = { page: '/pricing', entry: true, asked: policy, viewport: 'large' };
    assert.deepEqual(set.front.hits, [{ level: 'aggregated', id: undefined, view }]);

    for (const name of ['cookie', 'referer', 'authorization']) assert.equal(post?.headers[name], undefined, name);
    assert.doesNotMatch(JSON.stringify(post), /LOGINSECRET|QUERYSECRET/);
    assert.doesNotMatch(JSON.stringify(post), ID, 'no identifier');
    assert.deepEqual(await visitor.device(), { cookies: ['login=LOGINSECRET'] }, 'nothing is stored, nothing is set');
  });
}

everywhere('no two aggregated requests can be joined by anything in them', async (t) => {
  const set = await stage(t);
  for (let visit = 0; visit < 2; visit += 1) {
    const visitor = await set.visitor();
    for (const path of ['/a', '/b']) await visitor.open(set.page(path));
    await visitor.track('signup', { plan: 'pro' });
    await set.front.arrived(3 * (visit + 1));
  }
  const posts = set.front.posts;
  // A page that is left before the answer came may send the same again: the very same request.
  const batches = set.front.bodies('/collect');
  assert.equal(batches.length, 6);
  assert.equal(new Set(batches.map(({ batch }) => batch)).size, 6, 'each request has its own number');
  const said = batches.map(({ batch, ...rest }) => {
    assert.match(batch, /^[0-9a-f]{16}$/);
    return rest;
  });
  assert.deepEqual(said.slice(0, 3), said.slice(3), 'two visitors who do the same say the same');
  const policy = said[0].hits[0].view.asked;
  const constants = new Set([2, policy, 'shop.example', 'aggregated', '/a', '/b', true, 'large', 'signup', 'pro']);
  for (const leaf of said.flatMap(leaves)) assert.ok(constants.has(/** @type {any} */ (leaf)), `${leaf} is no constant`);

  const [first, ...others] = posts.map(({ headers }) => ({ ...headers, 'content-length': '' }));
  for (const other of others) assert.deepEqual(other, first, 'nor do the headers tell them apart');
});

everywhere('at none no request leaves after the objection, on this page and on later ones', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await until(() => set.front.posts.length === 1, 'the first view');
  await visitor.object();
  await until(() => set.front.bodies('/consent').length === 1, 'the refusal that went before');
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'none', signal: false, recorded: true });
  set.front.messages.length = 0;

  await visitor.track('signup');
  await visitor.page.evaluate(() => history.pushState(null, '', '/elsewhere'));
  await visitor.open(set.page('/again'));
  await visitor.track('signup');
  await visitor.open('about:blank', { runs: false });
  await quiet();
  assert.deepEqual(set.front.posts, []);
});

everywhere('with data-before-choice="nothing" no request leaves before a yes', async (t) => {
  const set = await stage(t, { 'data-before-choice': 'nothing' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.track('signup');
  await quiet();
  assert.deepEqual(set.front.posts, []);
  await visitor.click('reject');
  await visitor.track('signup');
  await quiet();
  assert.deepEqual(set.front.posts, [], 'nor after a no');
  assert.equal(await visitor.banner(), 'closed');
});

everywhere('an entry view says which policy the banner asks for, and only while it asks', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/first'));
  await page.evaluate(() => history.pushState(null, '', '/moved'));
  await until(() => set.front.hits.some(({ view }) => view?.page === '/moved'), 'the second view');
  await visitor.open(set.page('/second'));
  await until(() => set.front.hits.some(({ view }) => view?.page === '/second'), 'the view of the second page');
  await visitor.click('reject');
  await until(() => set.front.bodies('/consent').length === 1, 'the refusal');
  await visitor.open(set.page('/refused'));
  await until(() => set.front.hits.some(({ view }) => view?.page === '/refused'), 'the view after the refusal');
  set.site.attributes['data-banner'] = 'off';
  const headless = await set.visitor();
  await headless.open(set.page('/headless'));
  await until(() => set.front.hits.some(({ view }) => view?.page === '/headless'), 'the view without a banner');

  const { policy } = set.front.bodies('/consent')[0];
  const asked = Object.fromEntries(set.front.hits.map(({ view }) => [view.page, view.asked]));
  assert.deepEqual(asked, { '/first': policy, '/moved': undefined, '/second': policy, '/refused': undefined, '/headless': undefined });
});
