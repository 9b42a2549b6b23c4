// The banner: refusing is as easy as agreeing, nobody is trapped, nothing is covered up.
import assert from 'node:assert/strict';
import { everywhere, test } from './lib/browsers.mjs';
import { HOSTILE, looks } from './lib/looks.mjs';
import { stage, until } from './lib/stage.mjs';

const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true };
for (const [where, options, head] of /** @type {[string, object, string][]} */ ([
  ['on a desktop', {}, ''],
  ['on a phone', PHONE, ''],
  ['in the dark', { colorScheme: 'dark' }, ''],
  ['under a style sheet that fights it', {}, HOSTILE],
  ['under a style sheet that fights it, on a phone', PHONE, HOSTILE],
])) {
  everywhere(`Reject and Accept are alike, ${where}`, async (t) => {
    const set = await stage(t);
    set.site.head = head;
    const visitor = await set.visitor(options);
    const page = await visitor.open(set.page('/'));
    const own = await page.$eval('#own', (button) => getComputedStyle(button).display);
    assert.equal(own === 'none', head === HOSTILE, "the page's own buttons lose against it");
    const [reject, accept] = [await page.evaluate(looks, 'reject'), await page.evaluate(looks, 'accept')];
    assert.deepEqual(reject, accept);
    assert.ok(reject.height >= 44 && reject.width >= 44 && reject.size >= 12, 'large enough for a thumb');
    assert.notEqual(reject.color, reject.background);
    assert.ok(reject.opacity === '1' && reject.onTop, 'nothing lies over them');
    const fits = await page.$eval('askfirst-consent', (host) => {
      const { left, top, right, bottom } = host.getBoundingClientRect();
      return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    });
    assert.ok(fits, 'it fits');
    assert.deepEqual(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await visitor.click('reject');
    assert.equal((await visitor.status()).state, 'denied');
  });
}

test('the first layer says who, what, how long, with whom, how to withdraw, and links the policy', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  const text = await page.innerText('askfirst-consent');
  for (const said of ['shop.example', 'statistics', '6 months', 'shared with nobody', 'Privacy choices'])
    assert.ok(text.includes(said), said);
  assert.equal(await page.getAttribute('askfirst-consent a', 'href'), '/policy');
  assert.equal(await page.getAttribute('askfirst-consent', 'role'), 'region');
  assert.ok(await page.getAttribute('askfirst-consent', 'aria-label'));
  assert.equal(await page.evaluate(() => document.body.firstElementChild?.localName), 'askfirst-consent', 'first in the page');
});

everywhere('it takes no key and no focus from whoever is typing', async (t) => {
  const set = await stage(t, { 'data-banner': 'manual' });
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  await page.evaluate(() => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    setTimeout(() => window.askfirst.consent.show(), 100);
  });
  await page.keyboard.type('forty keys typed while the banner appears!', { delay: 10 });
  assert.equal(await page.inputValue('input'), 'forty keys typed while the banner appears!');
  assert.equal(await visitor.banner(), 'asking');
});

everywhere('by keyboard: Tab reaches it first and leaves it again, and after a choice focus is at the control', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-askfirst') ?? document.activeElement?.id ?? '');
  const walk = [];
  for (let step = 0; step < 5; step += 1) {
    await page.keyboard.press('Tab');
    walk.push(await focused());
  }
  assert.deepEqual(walk, ['', 'reject', 'accept', 'settings', 'own'], 'the policy, the answers, the page');
  await page.focus('[data-askfirst=reject]');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'manage');
  assert.equal((await visitor.status()).state, 'denied');
  await page.keyboard.press('Enter');
  await page.waitForSelector('askfirst-preferences dialog[open]');
  await page.keyboard.press('Escape');
  assert.equal((await visitor.status()).level, 'aggregated', 'Escape decides nothing');
  assert.equal(await focused(), 'manage', 'and gives the focus back');
  await page.keyboard.press('Enter');
  await page.focus('askfirst-preferences [data-level=anonymous]');
  await page.keyboard.press('Space');
  await until(async () => (await visitor.status()).state === 'granted', 'a key press of a person is an answer too');
  await until(() => set.front.bodies('/consent').length === 2, 'both answers');
});

test('withdrawing takes at most one click more than agreeing, on every page', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.open(set.page('/later'));
  assert.equal(await visitor.page.isVisible('[data-askfirst=manage]'), true);
  let clicks = 0;
  const click = async (/** @type {string} */ selector) => {
    clicks += 1;
    await visitor.page.click(selector);
  };
  await click('[data-askfirst=manage]');
  await click('askfirst-preferences [data-level=aggregated]');
  assert.equal((await visitor.status()).state, 'denied');
  assert.equal(clicks, 2);
});

everywhere('the page scrolls and its links work with the question open', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('div'), { style: 'height: 3000px' })));
  await page.mouse.move(600, 300);
  await page.mouse.wheel(0, 500);
  await until(() => page.evaluate(() => scrollY > 0), 'it scrolls');
  await page.click('#next');
  await page.waitForURL('**/next');
});
