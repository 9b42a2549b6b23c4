// Promise 2: no id exists before the choice, none after a no, one after a yes, none after withdrawal.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { stringsInMemory } from './lib/memory.mjs';
import { quiet, stage, until } from './lib/stage.mjs';
import { ID } from './lib/visitor.mjs';
import { WITHOUT_WASM } from './lib/wasm.mjs';

const DAYS = 24 * 60 * 60;

/** What cannot be looked into. */
const NO_MEMORY = { notIn: { Firefox: 'WebDriver BiDi does not show what a page holds in memory' } };

everywhere(
  'no id exists before the choice or after withdrawal: not on the device, not on the wire, not in memory',
  NO_MEMORY,
  async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.open(set.page('/'));
    await visitor.track('signup');
    await quiet();
    assert.deepEqual(await visitor.device(), {});
    assert.doesNotMatch(JSON.stringify(set.front.posts), ID);
    assert.deepEqual(await stringsInMemory(visitor.page, ID), [], "the page's memory, WebAssembly's included");

    // The same search finds the id once there is one.
    await visitor.click('accept');
    const id = await visitor.id();
    await visitor.track('signup');
    assert.match(id ?? '', ID);
    assert.ok((await stringsInMemory(visitor.page, ID)).includes(id ?? ''), 'the search would have found it');

    await visitor.choose('aggregated');
    await visitor.open(set.page('/later'));
    await visitor.track('signup');
    await quiet();
    assert.deepEqual(await stringsInMemory(visitor.page, ID), [], 'nor is there one afterwards');
  },
);

everywhere(
  'what makes an id is not even in the page before the visitor agrees',
  { skip: WITHOUT_WASM && 'what stands for the module is all of it' },
  async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    const loaded = () => set.front.messages.filter(({ path }) => path === '/askfirst-agreed.js').length;
    await visitor.open(set.page('/'));
    await visitor.track('signup');
    await visitor.click('reject');
    await visitor.open(set.page('/later'));
    await quiet();
    assert.equal(loaded(), 0);
    const [asks, agreed] = await Promise.all(
      ['askfirst', 'askfirst-agreed'].map(async (name) => (await fetch(set.own(`/${name}.js`))).text()),
    );
    // How long the id is kept, in the module's own texts, and the message that becomes the receipt.
    for (const text of ['15897600', '/forget']) {
      assert.ok(agreed?.includes(text), `the search would find ${text}`);
      assert.ok(!asks?.includes(text), `${text} in askfirst.js`);
    }
    set.front.messages.length = 0;
    await visitor.choose('anonymous');
    assert.equal(loaded(), 1);
    await visitor.open(set.page('/again'));
    assert.equal((await visitor.status()).level, 'anonymous', 'and where an earlier yes stands, it is loaded at once');
  },
);

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
  assert.match(device, /^\{"localStorage":\{"askfirst\.choice":"1\.(\d+)\.\d{8}"\}\}$/);
  await until(() => set.front.bodies('/consent').length === 10, 'ten refusals');
  const policy = Number(/"1\.(\d+)\./.exec(device)?.[1]);
  const refusal = { v: 1, site: 'shop.example', action: 'deny', level: 'aggregated', policy };
  for (const body of set.front.bodies('/consent')) assert.deepEqual(body, refusal);
});

everywhere('a refusal is remembered: no banner on later pages', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('reject');
  for (let visit = 0; visit < 5; visit += 1) {
    await visitor.open(set.page(`/later-${'abcde'[visit]}`));
    assert.equal(await visitor.banner(), 'closed');
    assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false });
  }
});

everywhere('Accept sets exactly one cookie, which later visits never prolong, and later hits carry it', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  const [cookie, ...others] = await visitor.context.cookies();
  assert.deepEqual(others, []);
  const { value = '', expires = 0, ...rest } = cookie ?? {};
  assert.match(value, /^[0-9a-f]{32}$/);
  const expected = { name: 'askfirst_id', domain: 'localhost', path: '/', httpOnly: false, secure: false, sameSite: 'Lax' };
  for (const [name, wanted] of Object.entries(expected)) assert.deepEqual(/** @type {any} */ (rest)[name], wanted, name);
  assert.ok(Math.abs(expires - Date.now() / 1000 - 184 * DAYS) < 60, '184 days');
  const { localStorage, cookies } = await visitor.device();
  assert.deepEqual(Object.keys(/** @type {object} */ (localStorage)), ['askfirst.choice']);
  assert.deepEqual(cookies, [`askfirst_id=${value}`]);

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
  const [later] = await visitor.context.cookies();
  assert.deepEqual(later, cookie, 'the same cookie, with the same end');

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
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false });
  assert.deepEqual(Object.keys(await visitor.device()), ['localStorage']);
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

everywhere('a second yes that the browser does not keep leaves the first as it was', async (t) => {
  const set = await stage(t, { 'data-level': 'full' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  const id = await visitor.id();
  await visitor.page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('full')), false);
  assert.deepEqual(await visitor.status(), { state: 'granted', level: 'anonymous', signal: false });
  assert.equal(await visitor.id(), id, 'the id of the first yes');
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
  assert.deepEqual(await visitor.status(), { state: 'pending', level: 'aggregated', signal: false });
  assert.deepEqual(await visitor.device(), {});
  await visitor.clickByScript('reject');
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false });
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
