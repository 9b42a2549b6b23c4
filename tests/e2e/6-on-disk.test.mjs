// Promise 6: a 2xx answer means on disk. A killed collector loses nothing that it acknowledged, and counts nothing twice.
import assert from 'node:assert/strict';
import { inChromium } from './lib/browsers.mjs';
import { stage, until } from './lib/stage.mjs';

const RANDOM = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {number} hits */
const batch = (hits, number = RANDOM()) =>
  JSON.stringify({
    v: 2,
    site: 'shop.example',
    level: 'aggregated',
    batch: number,
    hits: Array.from({ length: hits }, () => ({ view: { page: '/', entry: true } })),
  });

/** As browsers call themselves: other programs are counted apart. */
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0';

/** @param {string} origin @param {string} body the status, 0 where there is no answer */
const post = (origin, body) =>
  fetch(`${origin}/collect`, { method: 'POST', body, headers: { 'user-agent': AGENT } }).then(
    ({ status }) => status,
    () => 0,
  );

inChromium('a collector that is killed under load loses nothing that it acknowledged, and counts nothing twice', async (t) => {
  const set = await stage(t);
  let acknowledged = 0;
  /** Batches without an answer: the collector may hold them or not. @type {string[]} */
  const open = [];
  for (let round = 0; round < 5; round += 1) {
    const bodies = Array.from({ length: 60 }, () => batch(3));
    const posts = bodies.map(async (body) => {
      if ((await post(set.collector.public, body)) === 202) acknowledged += 1;
      else open.push(body);
    });
    await until(() => acknowledged > round * 20 || open.length, 'the first answers');
    await set.collector.end('SIGKILL');
    await Promise.all(posts);
    await set.collector.start();
    const { '/': views = 0 } = await set.collector.views('page');
    assert.ok(views >= 3 * acknowledged, `${acknowledged} batches of 3 acknowledged, ${views} views on disk`);
    assert.ok(views <= 3 * (acknowledged + open.length) && views % 3 === 0);
    // Retries: what was there already adds nothing, what was not is counted.
    for (const body of open.splice(0)) {
      assert.equal(await post(set.collector.public, body), 202);
      acknowledged += 1;
    }
    assert.equal((await set.collector.views('page'))['/'], 3 * acknowledged);
  }
});

inChromium('a retry of the same batch number after a restart counts once', async (t) => {
  const set = await stage(t);
  const body = batch(2);
  assert.equal(await post(set.collector.public, body), 202);
  await set.collector.end('SIGKILL');
  await set.collector.start();
  for (let again = 0; again < 3; again += 1) assert.equal(await post(set.collector.public, body), 202);
  assert.deepEqual(await set.collector.views('page'), { '/': 2 });
});

inChromium('a hit made while the collector is down arrives once when it is back', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await until(() => set.front.posts[0]?.status === 202, 'the first view');
  await set.collector.end('SIGKILL');
  await visitor.track('signup', { plan: 'pro' });
  await until(() => set.front.posts.length > 1, 'a try');
  await set.collector.start();
  await until(() => set.front.posts.at(-1)?.status === 202, 'a try that is answered');
  const tries = set.front.posts.slice(1).map(({ body }) => body);
  assert.equal(new Set(tries).size, 1, 'each try is the same request');
  assert.deepEqual(await set.collector.views('event'), { signup: 1 });
});

inChromium('an answer that got lost is asked for again, and counted once', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await until(() => set.front.posts[0]?.status === 202, 'the first view');
  // The collector takes it, and the answer does not reach the browser.
  set.front.lose = 1;
  await visitor.track('signup');
  await until(() => set.front.posts.length === 3, 'the retry');
  await until(() => set.front.posts.at(-1)?.status === 202, 'its answer');
  assert.deepEqual(await set.collector.views('event'), { signup: 1 });
});
