// A yes takes effect at once and for one site, and nothing is stored under an id without it. What the network does to a grant:
// grant.test.mjs.
import assert from 'node:assert/strict';
import { everywhere, inChromium } from './lib/browsers.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

/** What the collector has stored under the visitor's id. @param {Stage} set @param {string} [id] @returns {Promise<any>} */
async function stored(set, id) {
  const body = JSON.stringify({ v: 2, site: 'shop.example', id });
  return (await fetch(`${set.collector.public}/mydata`, { method: 'POST', body })).json();
}

/** Its rows, oldest first, as `kind page`. @param {Stage} set @param {string} [id] */
const rows = async (set, id) => (await stored(set, id)).hits.map((/** @type {any} */ { kind, page }) => `${kind} ${page}`).reverse();

/** Messages under an id that came in. @param {Stage} set */
const under = (set) => set.front.bodies('/collect').filter(({ id }) => id);

everywhere('the page on which somebody agrees is their first row, and is counted once', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/pricing'));
  await visitor.click('accept');
  await visitor.track('signup');
  await visitor.open(set.page('/welcome'));
  const id = await visitor.id();
  await until(async () => (await rows(set, id)).length === 3, 'three rows');
  assert.deepEqual(await rows(set, id), ['grant /pricing', 'event /pricing', 'view /welcome']);
  assert.deepEqual(await set.collector.views('page'), { '/pricing': 1, '/welcome': 1 });
});

everywhere('a yes takes effect in the task of the click, and loads nothing', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await quiet();
  const before = visitor.requests.length;
  await visitor.page.evaluate(() => {
    // Behind the banner's own listener, in the same task.
    addEventListener('click', () => (window.marks = [window.askfirst.consent.status()?.state ?? '']));
  });
  await visitor.click('accept');
  assert.deepEqual(await visitor.page.evaluate(() => window.marks), ['granted']);
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  assert.deepEqual(
    visitor.requests.slice(before).filter((address) => !address.endsWith('/consent')),
    [],
  );
});

inChromium('what was under way when consent was withdrawn stores nothing, also after a restart', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/pricing'));
  await visitor.click('accept');
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  await visitor.track('signup');
  await until(() => under(set).length, 'a batch');
  const id = await visitor.id();
  const late = set.front.posts.filter(({ path, body }) => path !== '/forget' && body.includes(id ?? '-'));
  assert.deepEqual(
    late.map(({ path }) => path),
    ['/consent', '/collect'],
  );
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  await until(() => set.front.bodies('/forget').length && set.front.posts.every(({ status }) => status), 'the erasure');
  for (const restart of [false, true]) {
    if (restart) {
      await set.collector.end('SIGKILL');
      await set.collector.start();
    }
    for (const { path, body, headers } of late) {
      const answer = await fetch(`${set.collector.public}${path}`, {
        method: 'POST',
        body,
        // Those of the browser: a robot's batch makes no rows anyway.
        headers: { 'user-agent': headers['user-agent'] ?? '' },
      });
      assert.equal(answer.status, 410, `${path}, restart: ${restart}`);
    }
    assert.deepEqual(await rows(set, id), []);
  }
  assert.deepEqual(set.collector.filesWith(id ?? '-'), []);
});

everywhere('two sites on one origin never take each other’s choice or id', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const open = async (/** @type {string} */ site, /** @type {string} */ path) => {
    set.site.attributes['data-site'] = site;
    await visitor.open(set.page(path));
  };
  await open('shop.example', '/alpha/');
  await visitor.click('accept');
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  const first = JSON.stringify(await visitor.device());
  await open('pages.example', '/beta/');
  await quiet();
  assert.equal((await visitor.status()).state, 'pending');
  assert.equal(JSON.stringify(await visitor.device()), first, 'the second site changes nothing');
  await visitor.click('reject');
  await open('shop.example', '/alpha/');
  assert.equal((await visitor.status()).state, 'granted');
  await open('pages.example', '/beta/');
  assert.equal((await visitor.status()).state, 'denied');
  assert.deepEqual(set.front.bodies('/forget'), []);
});

everywhere('a grant that did not arrive is not sent for an id that the visitor got later on another port', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  set.front.instead = ({ method, path }) => (method === 'POST' && path === '/consent' ? 0 : undefined);
  await visitor.click('accept');
  const first = await visitor.id();
  await visitor.open(set.own('/'));
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  assert.deepEqual(await visitor.context.cookies(), [], 'no cookie is left, not that of the choice either');
  set.front.instead = undefined;
  await visitor.choose('anonymous');
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  const second = await visitor.id();
  assert.notEqual(second, first);
  set.front.messages.length = 0;
  await visitor.open(set.page('/'));
  await visitor.track('signup');
  await until(async () => (await rows(set, second)).includes('event /'), 'the row');
  assert.deepEqual(set.front.bodies('/consent'), []);
  assert.deepEqual(await visitor.status(), { state: 'granted', level: 'anonymous', signal: false, recorded: true });
});
