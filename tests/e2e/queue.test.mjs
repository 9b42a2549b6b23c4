// What has not arrived under an id outlives the page, in `localStorage askfirst.queue`: it arrives once, and goes with the id.
import assert from 'node:assert/strict';
import { inChromium } from './lib/browsers.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

const QUEUE = 'askfirst.queue';

/** A visitor who said yes, all of whose messages have arrived. @param {Stage} set */
async function consenting(set) {
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await until(() => set.front.bodies('/consent').length === 1, 'the grant');
  await set.front.settled();
  set.front.messages.length = 0;
  return visitor;
}

/** Nobody answers, neither hits nor choices. @param {Stage} set */
const down = (set) => (set.front.instead = ({ method }) => (method === 'POST' ? 0 : undefined));
/** @param {Stage} set */
const up = (set) => (set.front.instead = undefined);

/** The queue, as a page of the site sees it. @param {Visitor} visitor */
const queue = (visitor) => visitor.page.evaluate((name) => localStorage.getItem(name), QUEUE);

/** Closes the tab and opens another, on a page without askfirst. @param {Stage} set @param {Visitor} visitor */
async function leave(set, visitor) {
  await visitor.page.close();
  await visitor.tab();
  await visitor.open(set.page('/news.html'), { runs: false });
}

/** @param {Stage} set @param {Record<string, number>} events */
async function counted(set, events) {
  await until(async () => Object.keys(await set.collector.views('event')).length, 'an event').catch(() => undefined);
  await quiet();
  assert.deepEqual(await set.collector.views('event'), events);
}

inChromium('what was made under an id survives the tab while the collector is down, and arrives once on the next page', async (t) => {
  const set = await stage(t);
  const visitor = await consenting(set);
  const id = await visitor.id();
  await set.collector.end('SIGKILL');
  await visitor.track('signup', { plan: 'pro' });
  await until(() => set.front.posts.length, 'a try');
  await leave(set, visitor);
  const [stored] = JSON.parse((await queue(visitor)) ?? '[]');
  assert.deepEqual([stored.id, stored.level, stored.hits.length], [id, 'anonymous', 1]);
  await set.collector.start();
  await visitor.open(set.page('/next'));
  await counted(set, { signup: 1 });
  assert.equal(await queue(visitor), null);
  await visitor.open(set.page('/last'));
  await counted(set, { signup: 1 });
});

inChromium('it goes with the withdrawal, from the device and from all tabs', async (t) => {
  const set = await stage(t);
  const visitor = await consenting(set);
  const id = (await visitor.id()) ?? '';
  const first = visitor.page;
  await visitor.tab();
  await visitor.open(set.page('/second'));
  const second = visitor.page;
  await visitor.tab();
  await visitor.open(set.page('/third'));
  await set.front.settled();
  down(set);
  for (const page of [first, second, visitor.page]) await page.evaluate(() => window.askfirst.track('signup'));
  await until(() => set.front.hits.filter(({ event }) => event).length === 3, 'a try of each');
  await first.close();
  assert.match((await queue(visitor)) ?? '', new RegExp(id));
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  assert.equal(await queue(visitor), null);
  // The tab that did not withdraw has messages in its memory.
  await second.close();
  assert.equal(await queue(visitor), null);
  set.front.messages.length = 0;
  up(set);
  await until(() => set.front.bodies('/forget').length, 'the wish to erase');
  await visitor.open(set.page('/last'));
  await quiet();
  assert.ok(!JSON.stringify(set.front.posts.filter(({ path }) => path !== '/forget')).includes(id));
  assert.deepEqual(await set.collector.views('event'), {});
});

inChromium('at aggregated nothing is kept, whatever was there before', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await set.front.settled();
  down(set);
  await visitor.track('signup');
  await until(() => set.front.posts.length > 1, 'a try');
  await leave(set, visitor);
  assert.deepEqual(await visitor.device(), {});
});

const FORGED = /** @type {const} */ ([
  ['no JSON', '{"id":'],
  ['nothing', 'null'],
  ['no list', '{"length":3}'],
  ['a list of nothing', '[null,null]'],
  ['a list of anything', '[1,"x",true,[],{},{"id":null},{"id":{"toString":1},"level":7,"hits":"x"}]'],
  ['another id', `[{"v":1,"site":"shop.example","level":"anonymous","batch":"00ff10ee20dd30cc","id":"${'f'.repeat(32)}","hits":[]}]`],
  ['far too much', JSON.stringify(Array.from({ length: 5_000 }, () => ({ id: 'x'.repeat(100) })))],
]);
for (const [what, forged] of FORGED) {
  inChromium(`a queue that holds ${what} breaks nothing, and sends nothing`, async (t) => {
    const set = await stage(t);
    const visitor = await consenting(set);
    await visitor.page.evaluate(([name, value]) => localStorage.setItem(name, value), /** @type {const} */ ([QUEUE, forged]));
    await visitor.open(set.page('/next'));
    await visitor.track('signup');
    await counted(set, { signup: 1 });
    assert.deepEqual(visitor.errors, []);
    assert.deepEqual(visitor.warnings, []);
    assert.deepEqual(new Set(set.front.hits.map(({ id }) => id)), new Set([await visitor.id()]));
    await set.front.settled();
    assert.ok(set.front.posts.every(({ status }) => status === 202));
    assert.equal(await queue(visitor), null);
  });
}

inChromium('a queue under the own id that the collector refuses is tried once and forgotten', async (t) => {
  const set = await stage(t);
  const visitor = await consenting(set);
  const forged = [{ v: 1, site: 'shop.example', level: 'anonymous', batch: 'x', id: await visitor.id(), hits: [{ secret: 1 }] }];
  await visitor.page.evaluate(([name, value]) => localStorage.setItem(name, value), /** @type {const} */ ([QUEUE, JSON.stringify(forged)]));
  await visitor.open(set.page('/next'));
  await visitor.track('signup');
  await counted(set, { signup: 1 });
  assert.equal(set.front.posts.filter(({ status = 0 }) => status >= 400).length, 1);
  await visitor.open(set.page('/last'));
  await quiet();
  assert.equal(set.front.posts.filter(({ status = 0 }) => status >= 400).length, 1);
  assert.deepEqual(visitor.errors, []);
});

inChromium('many tabs at once multiply nothing', async (t) => {
  const set = await stage(t);
  const visitor = await consenting(set);
  down(set);
  for (let index = 0; index < 12; index += 1) await visitor.track('signup');
  await until(() => set.front.posts.length, 'a try');
  await leave(set, visitor);
  up(set);
  const tabs = await Promise.all(Array.from({ length: 6 }, () => visitor.context.newPage()));
  await Promise.all(tabs.map((tab, index) => tab.goto(set.page(`/tab-${'abcdef'[index]}`))));
  await counted(set, { signup: 12 });
});

inChromium('several tabs that are closed while the collector is down lose nothing of each other', async (t) => {
  const set = await stage(t);
  const visitor = await consenting(set);
  const first = visitor.page;
  await visitor.tab();
  await visitor.open(set.page('/second'));
  await set.front.settled();
  down(set);
  await first.evaluate(() => window.askfirst.track('signup'));
  await visitor.track('download');
  await until(() => set.front.hits.filter(({ event }) => event).length === 2, 'a try of each');
  await first.close();
  await leave(set, visitor);
  up(set);
  await visitor.open(set.page('/next'));
  await counted(set, { signup: 1, download: 1 });
});
