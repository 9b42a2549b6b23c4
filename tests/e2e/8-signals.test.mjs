// Promise 8: Global Privacy Control and Do Not Track are an answer, until the visitor says otherwise here.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @type {[name: string, say: () => void][]} */
const signals = [
  ['Global Privacy Control', () => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })],
  ['Do Not Track', () => Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })],
];

for (const [name, say] of signals) {
  everywhere(`${name} is an answer: no question, counted at most, nothing stored`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.context.addInitScript(say);
    await visitor.open(set.page('/'));
    assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: true, recorded: true });
    assert.equal(await visitor.banner(), 'closed');
    for (const button of ['accept', 'reject']) assert.equal(await visitor.page.isVisible(`[data-askfirst=${button}]`), false);
    assert.equal(await visitor.page.isVisible('[data-askfirst=manage]'), true);
    await visitor.track('signup');
    await quiet();
    assert.deepEqual(await visitor.device(), {});
    assert.deepEqual(new Set(set.front.posts.map(({ path }) => path)), new Set(['/collect']), 'nor is the signal told');
    assert.deepEqual(new Set(set.front.hits.map(({ level }) => level)), new Set(['aggregated']));
  });

  everywhere(`with ${name} an explicit yes behind the control wins, and a no after it`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.context.addInitScript(say);
    await visitor.open(set.page('/'));
    await visitor.click('manage');
    const told = () => Boolean(document.querySelector('askfirst-preferences')?.shadowRoot?.querySelector('.signal'));
    await until(() => visitor.page.evaluate(told), 'the preferences');
    assert.match(
      await visitor.page.innerText('askfirst-preferences .signal'),
      /Your browser asks sites not to track you, and we respect that/,
    );
    await visitor.page.click('askfirst-preferences [data-level=anonymous]');
    await visitor.recorded();
    assert.deepEqual(await visitor.status(), { state: 'granted', level: 'anonymous', signal: true, recorded: true });
    await visitor.open(set.page('/later'));
    assert.equal((await visitor.status()).state, 'granted', 'on later pages too');
    await until(() => set.front.hits.some(({ level }) => level === 'anonymous'), 'a hit under the id');
    await visitor.choose('aggregated');
    assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: true, recorded: true });
    assert.equal(await visitor.id(), undefined);
  });
}

everywhere('a signal that an extension sets late closes the question', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.context.addInitScript(() =>
    setTimeout(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true, configurable: true }), 50),
  );
  // Something that keeps the page loading for longer than that.
  set.front.hold = ({ path }) => (path === '/health' ? quiet(400) : undefined);
  set.site.head = `<link rel="icon" href="data:,"><img src="${set.own('/health')}" alt="">`;
  await visitor.open(set.page('/'));
  await until(async () => (await visitor.banner()) === 'closed', 'the question goes');
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: true, recorded: true });
  assert.deepEqual(await visitor.device(), {}, 'and nothing is stored for it');
});

everywhere('a signal in the header alone is an answer too', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor({ extraHTTPHeaders: { 'Sec-GPC': '1' } });
  await visitor.open(set.page('/'));
  await until(async () => (await visitor.banner()) === 'closed', 'the question goes');
  assert.equal((await visitor.status()).signal, true);
  assert.deepEqual(await visitor.device(), {});
});
