// A collector that fails, in all ways in which one does: what is counted afterwards is exact, each hit at most once.
import assert from 'node:assert/strict';
import { inChromium } from './lib/browsers.mjs';
import { playwrightPage } from './lib/chromium.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/front.mjs').Message} Message */

/** @param {Stage} set what has to be counted in the end, and that nothing is counted more often later @param {Record<string, number>} events */
async function counted(set, events) {
  const same = async () => JSON.stringify(await set.collector.views('event')) === JSON.stringify(events);
  await until(same, `counted: ${JSON.stringify(events)}`).catch(() => undefined);
  await quiet();
  assert.deepEqual(await set.collector.views('event'), events);
}

/** A page whose first view has arrived, so that what fails later is what a test is about. @param {Stage} set */
async function opened(set) {
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await until(() => set.front.posts[0]?.status === 202, 'the first view');
  set.front.messages.length = 0;
  return visitor;
}

/** @param {Message} message */
const isBatch = ({ path }) => path === '/collect';

for (const [what, answer] of /** @type {const} */ ([
  ['503', 503],
  ['429', 429],
  ['500 and no CORS', { status: 500, headers: { 'access-control-allow-origin': 'https://elsewhere.example' } }],
  ['no answer: the connection is reset', 0],
])) {
  inChromium(`a collector that fails twice (${what}) gets the same message again, and counts it once`, async (t) => {
    const set = await stage(t);
    const visitor = await opened(set);
    let fails = 2;
    set.front.instead = (message) => (isBatch(message) && fails-- > 0 ? answer : undefined);
    await visitor.track('signup');
    await until(() => set.front.posts.at(-1)?.status === 202, 'a try that is answered');
    assert.equal(set.front.posts.length, 3);
    assert.equal(new Set(set.front.posts.map(({ body }) => body)).size, 1, 'each try is the same request');
    await counted(set, { signup: 1 });
    assert.equal(visitor.warnings.length, 1, 'said once');
  });
}

inChromium('Retry-After is respected, by what is made meanwhile as well', async (t) => {
  const set = await stage(t);
  const visitor = await opened(set);
  /** @type {number[]} */
  const times = [];
  set.front.hold = () => void times.push(Date.now());
  const asks = { status: 429, headers: { 'retry-after': '5', 'access-control-expose-headers': 'retry-after' } };
  set.front.instead = (message) => (isBatch(message) && times.length === 1 ? asks : undefined);
  await visitor.track('signup');
  await until(() => times.length, 'the first try');
  for (let index = 0; index < 12; index += 1) await visitor.track('download');
  await until(() => times.length > 1, 'the second try');
  const [first = 0, second = 0] = times;
  // The browser's own clock began when it had the answer.
  assert.ok(second - first >= 4_900, `${second - first} ms after it was asked to wait 5 s`);
  await counted(set, { download: 12, signup: 1 });
});

inChromium('a collector that hangs holds up nothing else, and is not asked twice', async (t) => {
  const set = await stage(t);
  const visitor = await opened(set);
  /** @type {(value?: unknown) => void} */
  let answer = () => {};
  const hangs = new Promise((resolve) => (answer = resolve));
  set.front.hold = (message) => (message.body.includes('"signup"') ? hangs : undefined);
  await visitor.track('signup');
  await until(() => set.front.posts.length, 'the message that is not answered');
  await visitor.track('download');
  await until(async () => (await set.collector.views('event')).download, 'the one after it');
  await quiet();
  answer();
  await counted(set, { download: 1, signup: 1 });
  assert.equal(set.front.posts.length, 2);
});

inChromium('a collector that is down and comes back gets everything once', async (t) => {
  const set = await stage(t);
  const visitor = await opened(set);
  await set.collector.end('SIGKILL');
  for (let index = 0; index < 35; index += 1) await visitor.track(index % 5 ? 'signup' : 'download');
  await until(() => set.front.posts.length > 4, 'tries');
  await set.collector.start();
  await counted(set, { signup: 28, download: 7 });
  const numbers = set.front.posts.filter(({ status }) => status === 202).map(({ body }) => JSON.parse(body).batch);
  assert.equal(new Set(numbers).size, numbers.length, 'nothing that was answered was sent again');
});

inChromium('offline nothing is tried, and back online it arrives once', async (t) => {
  const set = await stage(t);
  const visitor = await opened(set);
  const context = playwrightPage(visitor.page).context();
  await context.setOffline(true);
  for (let index = 0; index < 15; index += 1) await visitor.track('signup');
  await quiet();
  assert.deepEqual(set.front.posts, []);
  assert.deepEqual(visitor.failures, [], 'not even tried');
  await context.setOffline(false);
  await counted(set, { signup: 15 });
});

inChromium('a page that is left offline at aggregated keeps nothing', async (t) => {
  const set = await stage(t);
  const visitor = await opened(set);
  set.front.instead = (message) => (isBatch(message) ? 0 : undefined);
  await visitor.track('signup');
  await until(() => set.front.posts.length, 'a try');
  await visitor.page.goto(set.page('/news.html'));
  assert.deepEqual(await visitor.device(), {});
});

inChromium('bounded: of six hundred events without a collector the oldest are dropped, and their number is told', async (t) => {
  const set = await stage(t);
  const visitor = await opened(set);
  set.front.instead = (message) => (isBatch(message) ? 0 : undefined);
  await visitor.track('signup');
  await until(() => visitor.warnings.length, 'a failure');
  // While the collector is left in peace: nothing of it is on its way.
  await visitor.page.evaluate(() => {
    for (let index = 1; index < 600; index += 1) window.askfirst.track(index < 60 ? 'signup' : 'download');
  });
  set.front.instead = undefined;
  await until(async () => ((await set.collector.views('event')).download ?? 0) >= 490, 'most of them');
  await visitor.track('download');
  const found = async () => {
    const told = set.front.bodies('/collect').reduce((sum, { dropped = 0 }) => sum + dropped, 0);
    const { signup = 0, download = 0 } = await set.collector.views('event');
    return { signup, download, told, sum: signup + download + told };
  };
  await until(async () => (await found()).sum >= 601, 'all of them').catch(() => undefined);
  const { signup, download, told, sum } = await found();
  assert.equal(sum, 601, `${signup} and ${download} counted, ${told} dropped`);
  assert.ok(told >= 90, `${told} dropped`);
  assert.ok(signup < 60, 'the oldest first');
});

/** How many times faster a page's time runs. */
const FAST = 60;
/** Runs in the page before its scripts: its clocks and its timers. @param {number} times */
function faster(times) {
  const [now, monotonic, later] = [Date.now, performance.now.bind(performance), window.setTimeout];
  const start = now();
  Date.now = () => start + (now() - start) * times;
  performance.now = () => monotonic() * times;
  window.setTimeout = /** @type {any} */ ((/** @type {() => void} */ work, /** @type {number} */ wait) => later(work, (wait ?? 0) / times));
}

for (const level of /** @type {const} */ (['aggregated', 'anonymous'])) {
  inChromium(`a collector that fails for six minutes, more than seven times, gets it in the end, at ${level}`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.context.addInitScript(faster, FAST);
    await visitor.open(set.page('/'));
    if (level === 'anonymous') {
      await visitor.click('accept');
      await visitor.recorded();
    }
    await set.front.settled();
    set.front.messages.length = 0;
    const start = Date.now();
    set.front.instead = (message) => (isBatch(message) && (Date.now() - start) * FAST < 6 * 60_000 ? 503 : undefined);
    await visitor.track('signup');
    await counted(set, { signup: 1 });
    assert.ok(set.front.posts.length > 8, `${set.front.posts.length} tries`);
    assert.equal(set.front.bodies('/collect').length, 1, 'each try is the same request');
  });

  inChromium(`a collector that fails for longer than ten minutes, at ${level}`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.context.addInitScript(faster, FAST);
    await visitor.open(set.page('/'));
    if (level === 'anonymous') {
      await visitor.click('accept');
      await visitor.recorded();
    }
    await set.front.settled();
    set.front.messages.length = 0;
    set.front.instead = (message) => (isBatch(message) ? 503 : undefined);
    await visitor.track('signup');
    await until(() => set.front.posts.length, 'the first try');
    await quiet(11_500);
    set.front.instead = undefined;
    await visitor.track('download');
    await visitor.page.evaluate(() => dispatchEvent(new Event('online')));
    // Under an id it is still sent; else it is dropped, since the collector would not know any more that it has counted it, and told.
    await counted(set, level === 'anonymous' ? { download: 1, signup: 1 } : { download: 1 });
    await visitor.track('download');
    await until(async () => (await set.collector.views('event')).download === 2, 'the last event');
    const told = set.front.bodies('/collect').reduce((sum, { dropped = 0 }) => sum + dropped, 0);
    assert.equal(told, level === 'anonymous' ? 0 : 1, 'how many were dropped is told');
  });
}
