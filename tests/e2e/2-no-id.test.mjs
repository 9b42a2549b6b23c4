// Promise 2: no id exists before the choice, none after a no, one after a yes, none after withdrawal.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { stringsInMemory } from './lib/memory.mjs';
import { SHOP } from './lib/names.mjs';
import { quiet, stage, until } from './lib/stage.mjs';
import { ID } from './lib/visitor.mjs';
import { WITHOUT_WASM } from './lib/wasm.mjs';

const DAYS = 24 * 60 * 60;

/** An id in memory. Thirty-two zeros stand in the script itself, for an id that the collector keeps: they are the same for everybody. */
const KNOWN = /\b(?!0{32}\b)[0-9a-f]{32}\b/;

/** What cannot be looked into. */
const NO_MEMORY = { notIn: { Firefox: 'WebDriver BiDi does not show what a page holds in memory' } };

everywhere(
  'no id exists before the choice or after withdrawal: not on the device, not on the wire, not in memory',
  NO_MEMORY,
  async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    // On the same page, after a rejection, and on the next page.
    for (const [when, act] of /** @type {[string, () => Promise<unknown>][]} */ ([
      ['before the choice', () => visitor.open(set.page('/'))],
      ['after a rejection', () => visitor.click('reject')],
      ['on the next page', () => visitor.open(set.page('/next'))],
    ])) {
      await act();
      await visitor.track('signup');
      await quiet();
      const { localStorage = {}, ...rest } = await visitor.device();
      assert.deepEqual(rest, {}, when);
      assert.deepEqual(Object.keys(Object(localStorage)), when === 'before the choice' ? [] : [SHOP.choice], when);
      assert.doesNotMatch(JSON.stringify(localStorage), ID, when);
      assert.doesNotMatch(JSON.stringify(set.front.posts), ID, when);
      assert.deepEqual(await stringsInMemory(visitor.page, KNOWN), [], `the page's memory, WebAssembly's included, ${when}`);
    }

    // The same search finds the id once there is one.
    await visitor.choose('anonymous');
    const id = await visitor.id();
    await visitor.track('signup');
    assert.match(id ?? '', ID);
    assert.ok((await stringsInMemory(visitor.page, KNOWN)).includes(id ?? ''), 'the search would have found it');

    await visitor.choose('aggregated');
    await visitor.open(set.page('/later'));
    await visitor.track('signup');
    await quiet();
    assert.deepEqual(await stringsInMemory(visitor.page, KNOWN), [], 'nor is there one afterwards');
  },
);

everywhere('no id is made before a yes: the page draws one only in the task of the click', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  // The lengths of all random numbers that the page draws, one byte for each digit.
  await visitor.context.addInitScript(() => {
    const draw = crypto.getRandomValues.bind(crypto);
    /** @type {number[]} */
    const drawn = [];
    Object.assign(window, { drawn });
    crypto.getRandomValues = (array) => {
      drawn.push(/** @type {any} */ (array).length);
      return draw(array);
    };
  });
  const drawn = () => visitor.page.evaluate(() => /** @type {any} */ (window).drawn);
  const numbers = () => set.front.bodies('/collect').map(({ batch }) => batch.length);
  await visitor.open(set.page('/'));
  await visitor.track('signup');
  await set.front.arrived(2);
  assert.deepEqual(await drawn(), [16, 16], 'the numbers of two aggregated batches');
  await visitor.click('reject');
  await visitor.track('signup');
  await set.front.arrived(3);
  assert.deepEqual(await drawn(), [16, 16, 16, 16], "nor after a rejection: the rejection's number, and that of another batch");
  await visitor.open(set.page('/later'));
  await set.front.arrived(4);
  assert.deepEqual(await drawn(), [16], 'nor on later pages');
  assert.deepEqual(numbers(), [16, 16, 16, 16]);

  // The same search finds the id of a yes, and it is the only one.
  await visitor.choose('anonymous');
  assert.deepEqual(await drawn(), [16, 32]);
  await visitor.open(set.page('/again'));
  await set.front.arrived(5);
  assert.deepEqual(await drawn(), [32], 'the number of a batch under the id');
});

everywhere('Reject leaves no id and no unique value: ten visitors, one value', async (t) => {
  const set = await stage(t);
  const devices = [];
  for (let index = 0; index < 10; index += 1) {
    const visitor = await set.visitor();
    await visitor.open(set.page('/'));
    await visitor.click('reject');
    devices.push(JSON.stringify(await visitor.device()));
    await visitor.leave();
  }
  const [device = '', ...others] = new Set(devices);
  assert.deepEqual(others, []);
  assert.match(device, /^\{"localStorage":\{"askfirst\.choice\.966503":"1\.\d+\.\d{8}"\}\}$/);
  await until(() => set.front.bodies('/consent').length === 10, 'ten refusals');
  const policy = Number(/"1\.(\d+)\./.exec(device)?.[1]);
  const refusal = { v: 2, site: 'shop.example', action: 'deny', level: 'aggregated', policy };
  const bodies = set.front.bodies('/consent');
  for (const { number, ...body } of bodies) {
    assert.match(number, /^[0-9a-f]{16}$/);
    assert.deepEqual(body, refusal);
  }
  assert.equal(new Set(bodies.map(({ number }) => number)).size, 10, 'each has a number of its own');
});

everywhere('a refusal is remembered: no banner on later pages', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('reject');
  for (let visit = 0; visit < 5; visit += 1) {
    await visitor.open(set.page(`/later-${'abcde'[visit]}`));
    assert.equal(await visitor.banner(), 'closed');
    assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false, recorded: true });
  }
});

/** The cookies, by name. @param {import('./lib/visitor.mjs').Visitor} visitor */
const sorted = async (visitor) => (await visitor.context.cookies()).sort((a, b) => (a.name < b.name ? -1 : 1));

everywhere('Accept sets the id and the choice, which later visits never prolong, and later hits carry the id', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  const before = await sorted(visitor);
  assert.deepEqual(
    before.map(({ name }) => name),
    [SHOP.choiceCookie, SHOP.id],
  );
  for (const cookie of before) {
    const expected = { domain: 'localhost', path: '/', httpOnly: false, secure: false, sameSite: 'Lax' };
    for (const [name, wanted] of Object.entries(expected)) assert.deepEqual(/** @type {any} */ (cookie)[name], wanted, name);
    assert.ok(Math.abs(cookie.expires - Date.now() / 1000 - 184 * DAYS) < 60, '184 days');
  }
  const value = (await visitor.id()) ?? '';
  assert.match(value, /^[0-9a-f]{32}$/);
  await visitor.recorded();
  const { localStorage, ...rest } = await visitor.device();
  assert.deepEqual(Object.keys(rest), ['cookies'], 'nothing elsewhere');
  const stored = /** @type {Record<string, string>} */ (localStorage);
  assert.deepEqual(Object.keys(stored).sort(), [SHOP.choice, SHOP.grant]);
  assert.match(stored[SHOP.choice] ?? '', /^2\.\d+\.\d{8}$/);
  assert.equal(stored[SHOP.choice], await visitor.cookie(SHOP.choiceCookie), 'the same choice in both');
  assert.equal(stored[SHOP.grant], `+${set.front.posts.find(({ path }) => path === '/consent')?.body}`, 'the grant as it was sent');

  await visitor.page.evaluate(() => {
    const own = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
    Object.defineProperty(document, 'cookie', {
      get: () => own?.get?.call(document),
      set: (text) => {
        window.marks.push(text);
      },
    });
  });
  await visitor.track('signup');
  await visitor.page.evaluate(() => history.pushState(null, '', '/next'));
  assert.deepEqual(await visitor.page.evaluate(() => window.marks.filter((mark) => mark.includes('askfirst'))), [], 'not written again');
  for (const path of ['/later', '/and-later']) await visitor.open(set.page(path));
  assert.deepEqual(await sorted(visitor), before, 'the same cookies, with the same end');

  await until(() => set.front.hits.some(({ view }) => view?.page === '/and-later'), 'the last view');
  const under = set.front.hits.filter(({ level }) => level === 'anonymous');
  assert.deepEqual(new Set(under.map(({ id }) => id)), new Set([value]));
  assert.deepEqual(
    under.map(({ view, event }) => view?.page ?? event.name),
    ['signup', '/next', '/later', '/and-later'],
  );
});

everywhere('no hit made before consent is replayed at the higher level', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/before'));
  await visitor.track('signup', { plan: 'free' });
  await visitor.click('accept');
  await visitor.track('download');
  await quiet();
  const hits = set.front.hits.map(({ level, view, event }) => [level, view?.page ?? event.name]);
  assert.deepEqual(hits, [
    ['aggregated', '/before'],
    ['aggregated', 'signup'],
    ['anonymous', 'download'],
  ]);
  const id = (await visitor.id()) ?? '';
  const early = set.front.posts.filter(({ body }) => body.includes('"aggregated"'));
  assert.doesNotMatch(JSON.stringify(early), new RegExp(id));
});

everywhere('withdrawal removes the id at once, and later pages make none', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  const id = (await visitor.id()) ?? '';
  await visitor.track('download');
  await until(() => set.front.hits.some(({ event }) => event), 'the hit under the id');
  await until(() => set.collector.filesWith(id).length > 0, 'the collector holds the id');

  await visitor.track('signup');
  await visitor.choose('aggregated');
  assert.equal(await visitor.id(), undefined, 'the cookie');
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false, recorded: true });
  const { localStorage, ...rest } = await visitor.device();
  assert.deepEqual([Object.keys(Object(localStorage)), rest], [[SHOP.choice], {}], 'nothing but the choice is left');
  await until(() => set.front.posts.some(({ path, status }) => path === '/forget' && status === 200), 'the request to erase');
  assert.deepEqual(set.collector.filesWith(id), [], "no byte of the collector's files holds the id");
  // On a busy machine the preferences open later than hits wait for company: the second event is sent under the id then, before that.
  const sent = set.front.hits.filter(({ event }) => event);
  assert.ok(sent.every(({ level }) => level === 'anonymous'));
  const events = Object.fromEntries(sent.map(({ event }) => [event.name, 1]));
  assert.deepEqual(await set.collector.views('event'), events, 'what was counted stays counted');

  set.front.messages.length = 0;
  await visitor.track('signup');
  await visitor.open(set.page('/later'));
  await visitor.track('signup');
  await quiet();
  assert.equal(await visitor.id(), undefined);
  assert.doesNotMatch(JSON.stringify(set.front.posts), ID);
  assert.deepEqual(new Set(set.front.hits.map(({ level }) => level)), new Set(['aggregated']));
});

/** Runs in the page: from now on storage is full. */
const fillStorage = () => {
  Storage.prototype.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
};

everywhere('a second yes that the browser does not keep leaves the first as it was', async (t) => {
  const set = await stage(t, { 'data-level': 'full' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  const id = await visitor.id();
  await visitor.recorded();
  await visitor.page.evaluate(fillStorage);
  await visitor.page.evaluate(() => {
    const own = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
    Object.defineProperty(document, 'cookie', { get: () => own?.get?.call(document), set() {} });
  });
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('full')), false);
  assert.deepEqual(await visitor.status(), { state: 'granted', level: 'anonymous', signal: false, recorded: true });
  assert.equal(await visitor.id(), id, 'the id of the first yes');
});

everywhere('with storage full a yes stands by its cookies, on later pages too', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.context.addInitScript(fillStorage);
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.recorded();
  const id = await visitor.id();
  await visitor.open(set.page('/later'));
  assert.equal((await visitor.status()).level, 'anonymous');
  assert.equal(await visitor.id(), id);
  await until(() => set.front.hits.some(({ view }) => view?.page === '/later'), 'the second view');
  await set.front.settled();
  assert.ok(set.front.posts.every(({ status = 0 }) => status < 300));
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  assert.deepEqual(await visitor.device(), {}, 'and goes with the withdrawal');
});

everywhere('what waits under the id goes with it', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await until(() => set.front.bodies('/consent').length === 1, 'the grant');
  await visitor.track('signup');
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  await quiet();
  assert.deepEqual(
    set.front.hits.filter(({ event }) => event),
    [],
  );
});

everywhere('only a trusted click grants; any click refuses', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.clickByScript('accept');
  assert.deepEqual(await visitor.status(), { state: 'pending', level: 'aggregated', signal: false, recorded: true });
  assert.deepEqual(await visitor.device(), {});
  await visitor.clickByScript('reject');
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false, recorded: true });
});

everywhere('consent.grant() without a visitor who acts is refused, and with one it is granted', async (t) => {
  const set = await stage(t);
  set.site.head = '<script src="/grant.js"></script>';
  const visitor = await set.visitor();
  // Whatever a test evaluates counts as an act of the visitor: here the page does everything by itself.
  const page = await visitor.tab();
  await page.goto(set.page('/'));
  const granted = () => visitor.console.find((line) => line.includes('granted by itself'));
  await until(granted, 'the page tries');
  assert.match(granted() ?? '', /: false$/);
  assert.equal(await visitor.id(), undefined);
  // Without WebAssembly the module comes later than the page tries.
  assert.equal(visitor.warnings.filter((line) => line.includes('not granted')).length, WITHOUT_WASM ? 0 : 1);
  await until(() => visitor.status(), 'askfirst runs');

  await page.click('#own');
  await until(async () => (await visitor.status()).state === 'granted', 'the grant stands');
  await until(() => set.front.bodies('/consent').length === 1, 'the grant');
  assert.equal(set.front.bodies('/consent')[0].banner, false, "the site's word, and marked as such");
});

for (const [what, act] of /** @type {[string, (page: import('./lib/driver').Tab) => Promise<unknown>][]} */ ([
  ['scrolling', (page) => page.mouse.wheel(0, 800)],
  ['Escape', (page) => page.keyboard.press('Escape')],
  ['a click beside it', (page) => page.click('#text')],
  ['tabbing through it', async (page) => Promise.all(Array.from({ length: 8 }, () => page.keyboard.press('Tab')))],
  ['leaving', (page) => page.reload()],
  [
    'coming back',
    async (page) => {
      await page.goto('about:blank');
      await page.goBack();
      await page.waitForURL('**/');
    },
  ],
])) {
  everywhere(`${what} grants nothing`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.open(set.page('/'));
    await act(visitor.page);
    await until(() => visitor.status(), 'askfirst runs');
    assert.equal((await visitor.status()).state, 'pending');
    assert.deepEqual(await visitor.device(), {});
  });
}

everywhere('after withdrawal in one tab, the next hit of another is counted without an id', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const first = await visitor.open(set.page('/first'));
  await visitor.click('accept');
  const second = await visitor.tab();
  await visitor.open(set.page('/second'));
  assert.equal((await visitor.status()).state, 'granted');
  await first.bringToFront();
  await first.click('[data-askfirst=manage]');
  await first.click('askfirst-preferences [data-level=aggregated]');
  await until(() => set.front.bodies('/forget').length === 1, 'the withdrawal');

  await second.bringToFront();
  set.front.messages.length = 0;
  await visitor.track('signup');
  await until(() => set.front.hits.length === 1, 'the hit of the other tab');
  assert.equal(set.front.hits[0]?.level, 'aggregated');
  assert.doesNotMatch(JSON.stringify(set.front.posts), ID);
  assert.equal((await visitor.status()).state, 'denied');
});
