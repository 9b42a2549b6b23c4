// Choices: remembered, followed by other tabs, never granted by what is no choice; and the receipt.
import assert from 'node:assert/strict';
import { everywhere, test } from './lib/browsers.mjs';
import { SHOP } from './lib/names.mjs';
import { ID } from './lib/visitor.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

test('each of the three states is reached by one choice in the preferences, and none touches another', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  for (const [level, state, hasId] of /** @type {const} */ ([
    ['none', 'denied', false],
    ['anonymous', 'granted', true],
    ['aggregated', 'denied', false],
    ['anonymous', 'granted', true],
    ['none', 'denied', false],
    ['aggregated', 'denied', false],
  ])) {
    await visitor.choose(level);
    if (hasId) await visitor.recorded();
    assert.deepEqual(await visitor.status(), { state, level, signal: false, recorded: true });
    assert.equal(Boolean(await visitor.id()), hasId, level);
    assert.equal(await visitor.cookie(SHOP.choiceCookie), hasId ? await visitor.choice() : undefined, level);
    assert.match(await visitor.choice(), level === 'anonymous' ? /^2\./ : level === 'none' ? /^0\./ : /^1\./);
    // It closes a task after the answer.
    await visitor.page.waitForFunction(() => !document.querySelector('askfirst-preferences'));
  }
});

test('the preferences mark what holds, and nothing before the choice', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  const pressed = () =>
    visitor.page.$$eval('askfirst-preferences .choice[aria-pressed=true]', (all) => all.map((choice) => choice.dataset.level));
  await visitor.click('settings');
  await visitor.page.waitForSelector('askfirst-preferences dialog[open]');
  assert.deepEqual(await pressed(), [], 'nothing is pre-selected');
  await visitor.page.keyboard.press('Escape');
  assert.equal((await visitor.status()).state, 'pending', 'Escape decides nothing');
  await visitor.click('accept');
  await visitor.click('manage');
  await visitor.page.waitForSelector('askfirst-preferences dialog[open]');
  assert.deepEqual(await pressed(), ['anonymous']);
});

test('by script nobody climbs, and everybody may step down', async (t) => {
  const set = await stage(t, { 'data-before-choice': 'nothing' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  const press = async (/** @type {string} */ level) => {
    await visitor.page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('[data-askfirst=settings]')).click());
    const choice = `askfirst-preferences [data-level=${level}]`;
    await visitor.page.waitForSelector(choice);
    await visitor.page.$eval(choice, (button) => button.click());
  };
  await press('anonymous');
  assert.equal((await visitor.status()).state, 'pending');
  await visitor.page.keyboard.press('Escape');
  await press('aggregated');
  assert.equal((await visitor.status()).state, 'pending', 'where nothing is counted before, to be counted is a yes too');
  await visitor.page.keyboard.press('Escape');
  await visitor.choose('anonymous');
  await press('aggregated');
  assert.equal((await visitor.status()).level, 'aggregated');
  assert.equal(await visitor.id(), undefined);
});

everywhere('other tabs follow at once, without a reload', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const first = await visitor.open(set.page('/'));
  const second = await visitor.tab();
  await visitor.open(set.page('/other'));
  assert.equal(await visitor.banner(first), 'asking');
  await second.click('[data-askfirst=accept]');
  await until(async () => (await visitor.banner(first)) === 'closed', 'the question in the first tab goes');
  assert.equal((await visitor.status(first)).state, 'granted');
  const id = await visitor.id();
  assert.ok(id);
  // A hit waits under the id in the first tab while the second withdraws.
  await first.evaluate(() => window.askfirst.track('download'));
  await second.evaluate(() => window.askfirst.consent.withdraw());
  await until(() => set.front.bodies('/forget').length === 1, 'the request to erase');
  set.front.messages.length = 0;
  await quiet();
  // The first tab may see the id's cookie a moment longer, and ask to erase as well.
  const more = set.front.posts.filter(({ path }) => path !== '/forget');
  assert.doesNotMatch(JSON.stringify(more), new RegExp(id), 'nothing more under the id, in any tab');
  assert.equal((await visitor.status(first)).state, 'denied');
});

everywhere('two tabs that answer at once end in one state, and never in more than somebody said', async (t) => {
  const set = await stage(t);
  for (const [one, other] of [
    ['accept', 'reject'],
    ['accept', 'accept'],
    ['reject', 'reject'],
  ]) {
    const visitor = await set.visitor();
    const first = await visitor.open(set.page('/'));
    const second = await visitor.tab();
    await visitor.open(set.page('/'));
    await Promise.allSettled([
      first.click(`[data-askfirst=${one}]`, { force: true }),
      second.click(`[data-askfirst=${other}]`, { force: true }),
    ]);
    await until(async () => (await visitor.banner(first)) === 'closed' && (await visitor.banner(second)) === 'closed', 'both are answered');
    // A state that would give way to another one.
    await quiet(300);
    const [level, same] = [(await visitor.status(first)).level, (await visitor.status(second)).level];
    assert.equal(level, same, `${one} and ${other}`);
    assert.equal(Boolean(await visitor.id()), level === 'anonymous');
    if (one === 'reject') assert.equal(level, 'aggregated');
  }
});

/** @type {[what: string, choice: (own: string) => string, id?: string][]} */
const forged = [
  ['a forged level', (own) => own.replace(/^1/, '2')],
  ['a forged level with a forged id', (own) => own.replace(/^1/, '2'), 'x'.repeat(32)],
  ['a level that does not exist', (own) => own.replace(/^1/, '7')],
  ['a choice of another policy', (own) => own.replace(/\.\d+\./, '.1.'), '0'.repeat(32)],
  ['a choice from the future', (own) => own.replace(/\d{8}$/, '20991231'), '0'.repeat(32)],
  ['an old choice', (own) => own.replace(/\d{8}$/, '20200101'), '0'.repeat(32)],
  ['a choice of a later version', () => '{"v":2,"level":"anonymous"}', '0'.repeat(32)],
  ['a very long one', () => '1.'.repeat(10_000)],
  ['an empty one', () => ''],
];
for (const [what, choice, id] of forged) {
  for (const place of /** @type {const} */ (['storage', 'the cookie'])) {
    test(`${what} is no grant, in ${place}`, async (t) => {
      const set = await stage(t);
      const visitor = await set.visitor();
      await visitor.open(set.page('/'));
      await visitor.click('reject');
      const value = choice(await visitor.choice());
      if (place === 'storage') {
        await visitor.page.evaluate(([name, value]) => localStorage.setItem(name, value), /** @type {const} */ ([SHOP.choice, value]));
      }
      const cookies = [...(place === 'storage' ? [] : [[SHOP.choiceCookie, value]]), ...(id ? [[SHOP.id, id]] : [])];
      await visitor.page.evaluate((cookies) => {
        for (const [name, value] of cookies) document.cookie = `${name}=${value}; path=/`;
      }, cookies);
      set.front.messages.length = 0;
      await visitor.open(set.page('/later'));
      await visitor.track('signup');
      await set.front.arrived(2);
      assert.notEqual((await visitor.status()).state, 'granted');
      assert.deepEqual(new Set(set.front.hits.map(({ level }) => level)), new Set(['aggregated']));
      assert.doesNotMatch(JSON.stringify(set.front.bodies('/collect')), ID);
    });
  }
}

test('a clock that is set back a year ends a yes, and grants nothing', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.context.addInitScript(() => {
    // All that a page can ask the clock.
    const late = () => performance.timeOrigin + performance.now() - 365 * 86_400_000;
    window.Date = new Proxy(Date, { construct: (clock, given) => Reflect.construct(clock, given.length ? given : [late()]) });
    Date.now = late;
  });
  await visitor.open(set.page('/later'));
  assert.equal((await visitor.status()).state, 'pending');
  assert.equal(await visitor.id(), undefined, 'the id goes with it');
});

everywhere('the visitor downloads the receipt, and what is held', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  await visitor.click('accept');
  await until(() => set.front.posts.some(({ path, status }) => path === '/consent' && status === 200), 'the receipt');
  await visitor.click('manage');
  const { name, text } = await visitor.download(() => page.click('askfirst-preferences [part~=receipt]'));
  assert.equal(name, 'askfirst-receipt.json');
  const held = JSON.parse(text);
  assert.equal(held.receipts.length, 1);
  assert.match(JSON.stringify(held.receipts), /We use cookies for statistics only if you accept/, 'with the words that asked');
  assert.ok(
    (await visitor.sent()).some(({ path }) => path === '/mydata'),
    'the request stands in the ledger',
  );
});
