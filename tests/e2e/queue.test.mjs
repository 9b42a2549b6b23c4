// Messages under an id that did not arrive outlive the page, in localStorage. They arrive once, and go with the id.
import assert from 'node:assert/strict';
import { inChromium } from './lib/browsers.mjs';
import { SHOP } from './lib/names.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

const DAY = 24 * 60;
/** Now, in minutes since 1970. */
const minute = () => Math.floor(Date.now() / 60_000);
/** A line of the queue. @param {number | string} first the minute of the first try @param {unknown} message */
const line = (first, message) => `${first} ${typeof message === 'string' ? message : JSON.stringify(message)}\n`;
/** A message with one event. @param {string | undefined} id */
const batch = (id, name = 'signup') => ({
  v: 2,
  site: 'shop.example',
  level: 'anonymous',
  batch: crypto.randomUUID().replaceAll('-', ''),
  id,
  hits: [{ event: { name, page: '/' } }],
});

/** A visitor who said yes, all of whose messages have arrived. @param {Stage} set */
async function consenting(set) {
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.recorded();
  await set.front.settled();
  set.front.messages.length = 0;
  return visitor;
}

/** Nobody answers, neither hits nor choices. @param {Stage} set */
const down = (set) => (set.front.instead = ({ method }) => (method === 'POST' ? 0 : undefined));
/** @param {Stage} set */
const up = (set) => (set.front.instead = undefined);

/** The queue, as a page of the site sees it. @param {Visitor} visitor */
const queue = (visitor) => visitor.page.evaluate((name) => localStorage.getItem(name), SHOP.queue);
/** Puts text in the place of the queue. @param {Visitor} visitor @param {string} text */
const forge = (visitor, text) =>
  visitor.page.evaluate(([name, text]) => localStorage.setItem(name, text), /** @type {const} */ ([SHOP.queue, text]));

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
  const [, first, json = '', rest] = /^(\d+) (.*)\n([^]*)$/.exec((await queue(visitor)) ?? '') ?? [];
  assert.ok(minute() - Number(first) <= 2, `${first} is the minute of the first try`);
  const stored = JSON.parse(json);
  assert.deepEqual([stored.id, stored.level, stored.hits.length, rest], [id, 'anonymous', 1, '']);
  assert.equal(json, set.front.posts[0]?.body, 'the message as it was sent');
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

/** What is no queue, or holds nothing that may be sent. `own` is the visitor's id. @type {[what: string, forged: (own: string) => string][]} */
const FORGED = [
  ['no JSON', () => line(minute(), '{"id":')],
  ['nothing', () => line(minute(), null)],
  ['no line break', (own) => line(minute(), batch(own)).trim()],
  ['no minute', (own) => line('', batch(own)) + line('x', batch(own)) + line('-1', batch(own)) + line('1e3', batch(own))],
  ['a minute that is too long', (own) => line('9'.repeat(400), batch(own))],
  ['a list, as before version 2', (own) => JSON.stringify([batch(own), null])],
  [
    'lines of anything',
    () => [1, 'x', true, [], {}, { id: null }, { id: { toString: 1 }, level: 7, hits: 'x' }].map((any) => line(minute(), any)).join(''),
  ],
  ['another id', () => line(minute(), batch('f'.repeat(32)))],
  ['a message from eight days ago', (own) => line(minute() - 8 * DAY, batch(own))],
  ['a message from 1970', (own) => line(0, batch(own))],
  ['far too much', () => line(minute(), { id: 'x'.repeat(100) }).repeat(5_000)],
];
for (const [what, forged] of FORGED) {
  inChromium(`a queue that holds ${what} breaks nothing, and sends nothing`, async (t) => {
    const set = await stage(t);
    const visitor = await consenting(set);
    await forge(visitor, forged((await visitor.id()) ?? ''));
    await visitor.open(set.page('/next'));
    await visitor.track('download');
    await counted(set, { download: 1 });
    assert.deepEqual(visitor.errors, []);
    assert.deepEqual(visitor.warnings, []);
    assert.deepEqual(new Set(set.front.hits.map(({ id }) => id)), new Set([await visitor.id()]));
    await set.front.settled();
    assert.ok(set.front.posts.every(({ status }) => status === 202));
    assert.equal(await queue(visitor), null);
  });
}

inChromium(
  'the same search finds what may be sent: a message under the own id, from six days ago and from a clock that was ahead',
  async (t) => {
    const set = await stage(t);
    const visitor = await consenting(set);
    const id = await visitor.id();
    await forge(visitor, line(minute() - 6 * DAY, batch(id)) + 'no line\n' + line(minute() + DAY, batch(id, 'download')));
    await visitor.open(set.page('/next'));
    await counted(set, { signup: 1, download: 1 });
  },
);

inChromium('a queue under the own id that the collector refuses is tried once and forgotten', async (t) => {
  const set = await stage(t);
  const visitor = await consenting(set);
  await forge(visitor, line(minute(), { ...batch(await visitor.id()), batch: 'x', hits: [{ secret: 1 }] }));
  await visitor.open(set.page('/next'));
  await visitor.track('signup');
  await counted(set, { signup: 1 });
  assert.equal(set.front.posts.filter(({ status = 0 }) => status >= 400).length, 1);
  await visitor.open(set.page('/last'));
  await quiet();
  assert.equal(set.front.posts.filter(({ status = 0 }) => status >= 400).length, 1);
  assert.deepEqual(visitor.errors, []);
});

inChromium('the queue is bounded: more than 64 KiB of earlier pages give way to what a page adds', async (t) => {
  const set = await stage(t);
  const visitor = await consenting(set);
  const id = await visitor.id();
  down(set);
  await visitor.track('signup');
  await until(() => set.front.posts.length, 'a try');
  const earlier = line(minute(), batch(id, 'download'));
  const most = 65_536;
  await forge(visitor, earlier.repeat(Math.floor(most / earlier.length)));
  await leave(set, visitor);
  const both = (await queue(visitor)) ?? '';
  assert.ok(both.startsWith(earlier) && both.includes('"signup"'), 'up to then what a page adds stands behind it');

  await visitor.open(set.page('/next'));
  await visitor.track('signup');
  await forge(visitor, earlier.repeat(Math.ceil(most / earlier.length) + 1));
  await leave(set, visitor);
  const left = (await queue(visitor)) ?? '';
  assert.ok(left.length < most && left.includes('"signup"'), `${left.length} characters are left`);
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
