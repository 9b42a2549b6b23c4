// A yes takes effect at once, is not lost whatever the network does, and nothing is stored under an id without it (promise 10).
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
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

/** Nobody answers at these paths. @param {Stage} set @param {...string} paths */
const down = (set, ...paths) => (set.front.instead = ({ method, path }) => (method === 'POST' && paths.includes(path) ? 0 : undefined));

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

everywhere('a grant that nobody answers is sent again by the next page, and rows wait for it', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/pricing'));
  down(set, '/consent');
  await visitor.click('accept');
  assert.deepEqual(await visitor.status(), { state: 'granted', level: 'anonymous', signal: false, recorded: false });
  await visitor.track('signup');
  await until(() => set.front.bodies('/consent').length > 1, 'a second try');
  await visitor.open(set.page('/next'));
  assert.equal((await visitor.status()).recorded, false, 'the next page knows');
  await until(() => set.front.bodies('/consent').length > 3, 'tries of the next page');
  assert.deepEqual(under(set), [], 'no row is sent before');
  set.front.instead = undefined;
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  const id = await visitor.id();
  await until(async () => (await rows(set, id)).length === 3, 'three rows');
  assert.deepEqual(await rows(set, id), ['grant /pricing', 'event /pricing', 'view /next']);
  assert.equal((await stored(set, id)).receipts.length, 1);
  assert.deepEqual(await set.collector.views('event'), { signup: 1 });
});

everywhere('a yes on a slow line is not lost if the visitor leaves at once', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/pricing'));
  // Requests of a page that is gone are lost, as on a line that breaks.
  set.front.instead = ({ method }) => (method === 'POST' ? -1 : undefined);
  await visitor.click('accept');
  await visitor.page.close();
  set.front.instead = undefined;
  await visitor.tab();
  await visitor.open(set.page('/later'));
  const id = await visitor.id();
  await until(async () => (await rows(set, id)).length === 2, 'two rows');
  assert.deepEqual(await rows(set, id), ['grant /pricing', 'view /later']);
});

inChromium('a collector that lost its grants gets them again, and then the rows', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/pricing'));
  await visitor.click('accept');
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  await set.collector.end('SIGKILL');
  rmSync(join(set.collector.directory, 'data'), { recursive: true });
  await set.collector.start();
  set.front.messages.length = 0;
  await visitor.track('signup');
  const id = await visitor.id();
  await until(async () => (await rows(set, id)).length === 2, 'two rows');
  assert.deepEqual(
    set.front.posts.map(({ path, status }) => `${path} ${status}`),
    ['/collect 425', '/consent 200', '/collect 202'],
  );
  assert.deepEqual(await rows(set, id), ['grant /pricing', 'event /pricing']);
  assert.deepEqual(await set.collector.views('event'), { signup: 1 }, 'the refused batch counted nothing');
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

everywhere('an id that was withdrawn elsewhere is gone from the browser too, and the visitor is asked again', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  const id = await visitor.id();
  const body = JSON.stringify({ v: 2, site: 'shop.example', id });
  assert.equal((await fetch(`${set.collector.public}/forget`, { method: 'POST', body })).status, 200);
  await visitor.track('signup');
  await until(async () => (await visitor.status()).state === 'pending', 'the id is gone');
  assert.equal(await visitor.id(), undefined);
  assert.equal(await visitor.banner(), 'asking');
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

everywhere('the same site on two ports of a host shares a yes, and its withdrawal', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await until(async () => (await visitor.status()).recorded, 'the collector has it');
  const cookies = JSON.stringify(await visitor.context.cookies());
  await visitor.open(set.own('/'));
  assert.equal((await visitor.status()).state, 'granted');
  await quiet();
  assert.equal(JSON.stringify(await visitor.context.cookies()), cookies);
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  assert.deepEqual(await visitor.context.cookies(), []);
  await visitor.open(set.page('/'));
  assert.notEqual((await visitor.status()).state, 'granted');
});

inChromium('a browser that refuses to compile at once compiles in the background, without the plain file', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.context.addInitScript(() => {
    Object.defineProperty(WebAssembly, 'Module', {
      value: function Module() {
        throw new RangeError('the buffer is larger than this browser compiles on the main thread');
      },
    });
  });
  await visitor.open(set.page('/'));
  await set.front.arrived(1);
  assert.equal(await visitor.banner(), 'asking');
  assert.ok(!visitor.requests.some((address) => address.includes('askfirst-plain')));
});
