// The banner: refusing is as easy as agreeing, nobody is trapped, nothing is covered up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stage, until } from './lib/stage.mjs';

const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true };
/** A page whose style fights the banner. */
const HOSTILE = `<style>
  * { font: 5px fantasy !important; color: red !important; background: red !important; opacity: 0.1 !important }
  button, [data-askfirst=reject] { display: none !important; width: 1px !important; height: 1px !important; visibility: hidden !important }
  askfirst-consent { display: none !important; position: static !important; transform: scale(0.1) !important }
</style>`;

/** What makes a button easy to find and to press. @param {import('playwright-core').Page} page @param {string} name */
const looks = (page, name) =>
  page.locator(`[data-askfirst=${name}]`).evaluate((button) => {
    const { width, height, y } = button.getBoundingClientRect();
    const { color, backgroundColor, fontSize, fontWeight, fontFamily, borderWidth, opacity, display, visibility } =
      getComputedStyle(button);
    return {
      width: Math.round(width),
      height,
      y,
      color,
      backgroundColor,
      fontSize,
      fontWeight,
      fontFamily,
      borderWidth,
      opacity,
      display,
      visibility,
    };
  });

for (const [where, options, head] of /** @type {[string, object, string][]} */ ([
  ['on a desktop', {}, ''],
  ['on a phone', PHONE, ''],
  ['in the dark', { colorScheme: 'dark' }, ''],
  ['under a style sheet that fights it', {}, HOSTILE],
])) {
  test(`Reject and Accept are alike, ${where}`, async (t) => {
    const set = await stage(t);
    set.site.head = head;
    const visitor = await set.visitor(options);
    const page = await visitor.open(set.page('/'));
    const [reject, accept] = [await looks(page, 'reject'), await looks(page, 'accept')];
    assert.deepEqual(reject, accept);
    assert.ok(reject.height >= 44 && reject.width >= 44, 'large enough for a thumb');
    assert.notEqual(reject.color, reject.backgroundColor);
    const box = await page.locator('askfirst-consent').boundingBox();
    const size = page.viewportSize() ?? { width: 0, height: 0 };
    assert.ok(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height, 'it fits');
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

test('it takes no key and no focus from whoever is typing', async (t) => {
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

test('by keyboard: Tab reaches it first and leaves it again, and after a choice focus is at the control', async (t) => {
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
  await page.locator('askfirst-preferences dialog[open]').waitFor();
  await page.keyboard.press('Escape');
  assert.equal((await visitor.status()).level, 'aggregated', 'Escape decides nothing');
  assert.equal(await focused(), 'manage', 'and gives the focus back');
  await page.keyboard.press('Enter');
  await page.focus('askfirst-preferences [data-level=anonymous]');
  await page.keyboard.press('Space');
  assert.equal((await visitor.status()).state, 'granted', 'a key press of a person is an answer too');
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

test('the page scrolls and its links work with the question open', async (t) => {
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
