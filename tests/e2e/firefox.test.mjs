// The promises of the banner, in Firefox: nothing before the choice, only a person's click grants, and the browser's own
// Global Privacy Control is an answer. Layout shifts are not looked at: Firefox does not tell them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GPC, firefoxVisitor, noFirefox } from './lib/firefox.mjs';
import { HOSTILE, focusSeen, fortyLinks, looks } from './lib/looks.mjs';
import { quiet, stage, until } from './lib/stage.mjs';
import { ID } from './lib/visitor.mjs';

const skip = noFirefox;
const PENDING = { state: 'pending', level: 'aggregated', signal: false };

test('Firefox: before the choice nothing is stored, and one aggregated page view is sent', { skip }, async (t) => {
  const set = await stage(t);
  const visitor = await firefoxVisitor(t);
  const page = await visitor.open(set.page('/pricing?session=QUERYSECRET'));
  await page.click('#own');
  await quiet();
  assert.deepEqual(
    set.front.messages.map(({ method, path }) => `${method} ${path}`),
    ['GET /askfirst.js', 'POST /collect'],
  );
  assert.deepEqual(set.front.hits, [{ level: 'aggregated', id: undefined, view: { page: '/pricing', entry: true, viewport: 'large' } }]);
  assert.equal(set.front.posts[0]?.status, 202);
  for (const name of ['cookie', 'referer', 'authorization']) assert.equal(set.front.posts[0]?.headers[name], undefined, name);
  assert.doesNotMatch(JSON.stringify(set.front.posts), /QUERYSECRET/);
  assert.doesNotMatch(JSON.stringify(set.front.posts), ID);
  assert.deepEqual(await visitor.device(), []);
  assert.deepEqual(await visitor.status(), PENDING);
  assert.equal(await visitor.banner(), 'asking');
  assert.deepEqual(visitor.errors, []);
});

test('Firefox: a script may refuse, and the refusal stands after a reload, without a cookie or an id', { skip }, async (t) => {
  const set = await stage(t);
  const visitor = await firefoxVisitor(t);
  await visitor.open(set.page('/'));
  await visitor.clickByScript('reject');
  assert.equal((await visitor.status()).state, 'denied');
  await visitor.reload();
  assert.equal((await visitor.status()).state, 'denied');
  assert.equal(await visitor.banner(), 'closed');
  await quiet();
  const device = await visitor.device();
  assert.equal(device.length, 1, 'the choice and nothing else');
  assert.doesNotMatch(device.join(), ID);
  assert.deepEqual(new Set(set.front.hits.map(({ level }) => level)), new Set(['aggregated']));
});

test('Firefox: a script cannot accept', { skip }, async (t) => {
  const set = await stage(t);
  const visitor = await firefoxVisitor(t);
  await visitor.open(set.page('/'));
  await visitor.clickByScript('accept');
  await quiet();
  assert.deepEqual(await visitor.status(), PENDING);
  assert.deepEqual(await visitor.device(), []);
  assert.deepEqual(set.front.bodies('/consent'), []);
});

test('Firefox: a click on Accept sets one cookie, later hits go under it, and withdrawing removes it', { skip }, async (t) => {
  const set = await stage(t);
  const visitor = await firefoxVisitor(t);
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  assert.equal((await visitor.status()).state, 'granted');
  const cookies = await visitor.cookies();
  assert.equal(cookies.length, 1);
  const id = ID.exec(cookies[0] ?? '')?.[0];
  assert.ok(id, cookies.join());
  await visitor.reload();
  assert.equal(await visitor.banner(), 'closed', 'no question after a yes');
  await visitor.open(set.page('/later'));
  await until(() => set.front.hits.some((hit) => hit.view?.page === '/later'), 'the hit of the later page');
  const later = set.front.hits.find((hit) => hit.view?.page === '/later');
  assert.deepEqual([later.level, later.id], ['anonymous', id]);

  await visitor.withdraw();
  await until(async () => (await visitor.status()).state === 'denied', 'withdrawn');
  assert.deepEqual(await visitor.cookies(), [], 'the cookie is gone');
  await until(() => set.front.bodies('/forget').length + set.front.bodies('/consent').length >= 2, 'the withdrawal is told');
  set.front.messages.length = 0;
  await visitor.open(set.page('/after'));
  await quiet();
  assert.equal(await visitor.banner(), 'closed');
  assert.deepEqual(new Set(set.front.hits.map(({ level }) => level)), new Set(['aggregated']));
  assert.ok(!JSON.stringify(set.front.messages).includes(id), 'nothing more under the id');
});

test('Firefox: its Global Privacy Control is an answer: no question, nothing stored, no id', { skip }, async (t) => {
  const set = await stage(t);
  const visitor = await firefoxVisitor(t, GPC);
  const page = await visitor.open(set.page('/'));
  assert.equal(await page.evaluate(() => /** @type {any} */ (navigator).globalPrivacyControl), true);
  assert.equal(await visitor.banner(), 'closed');
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: true });
  await visitor.clickByScript('accept');
  await quiet();
  assert.equal(set.front.posts[0]?.headers['sec-gpc'], '1', 'the browser says it by header too');
  assert.deepEqual(new Set(set.front.hits.map(({ level }) => level)), new Set(['aggregated']));
  assert.deepEqual(new Set(set.front.posts.map(({ path }) => path)), new Set(['/collect']));
  assert.deepEqual(await visitor.device(), []);
});

test('Firefox: scrolling, Escape, leaving and coming back grant nothing', { skip }, async (t) => {
  const set = await stage(t);
  const visitor = await firefoxVisitor(t);
  const page = await visitor.open(set.page('/'));
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('div'), { style: 'height: 3000px' })));
  await page.mouse.move(900, 300);
  await page.mouse.wheel({ deltaY: 600 });
  await until(() => page.evaluate(() => scrollY > 0), 'it scrolls');
  await page.keyboard.press('Escape');
  await page.mouse.click(900, 200);
  await visitor.open(set.page('/next'));
  await visitor.reload();
  // Without a wait for the load event: the page may come back as it was left.
  await page.evaluate(() => history.back());
  await until(() => page.evaluate(() => location.pathname === '/').catch(() => false), 'back');
  await visitor.runs();
  await quiet();
  assert.deepEqual(await visitor.status(), PENDING);
  assert.equal(await visitor.banner(), 'asking');
  assert.deepEqual(await visitor.device(), []);
  assert.deepEqual(set.front.bodies('/consent'), []);
});

for (const [where, head, viewport] of /** @type {[string, string, { width: number, height: number }][]} */ ([
  ['on a desktop', '', { width: 1280, height: 800 }],
  ['under a style sheet that fights it', HOSTILE, { width: 1280, height: 800 }],
  ['under a style sheet that fights it, on a phone', HOSTILE, { width: 375, height: 667 }],
])) {
  test(`Firefox: Reject and Accept are alike, ${where}`, { skip }, async (t) => {
    const set = await stage(t);
    set.site.head = head;
    const visitor = await firefoxVisitor(t);
    await visitor.page.setViewport(viewport);
    const page = await visitor.open(set.page('/'));
    const own = await page.$eval('#own', (button) => getComputedStyle(button).display);
    assert.equal(own === 'none', head === HOSTILE, "the page's own buttons lose against it");
    const [reject, accept] = [await page.evaluate(looks, 'reject'), await page.evaluate(looks, 'accept')];
    for (const side of /** @type {const} */ (['width', 'height', 'size'])) {
      const ratio = reject[side] / accept[side];
      assert.ok(ratio > 0.9 && ratio < 1.1, `${side}: ${reject[side]} against ${accept[side]}`);
    }
    for (const what of /** @type {const} */ (['y', 'font', 'colors', 'opacity'])) assert.equal(reject[what], accept[what], what);
    assert.ok(reject.width >= 44 && reject.height >= 44 && reject.size >= 12, 'large enough');
    assert.equal(reject.opacity, '1');
    assert.ok(reject.onTop && accept.onTop, 'nothing lies over them');
    await visitor.click('reject');
    assert.equal((await visitor.status()).state, 'denied');
  });
}

test('Firefox: forty keys typed while the banner appears all arrive', { skip }, async (t) => {
  const set = await stage(t);
  const text = 'forty keys typed while the banner appears';
  let letGo = () => {};
  const held = new Promise((resolve) => (letGo = () => resolve(undefined)));
  set.front.hold = ({ path }) => (path === '/askfirst.js' ? held : undefined);
  const visitor = await firefoxVisitor(t);
  const { page } = visitor;
  // The script is deferred: the page is there before it.
  const loaded = page.goto(set.page('/'));
  await until(() => page.evaluate(() => !!document.querySelector('#next')).catch(() => false), 'the page, but for the script');
  await page.evaluate(() => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
  });
  assert.equal(await visitor.banner(), undefined);
  setTimeout(letGo, 100);
  let appeared = -1;
  for (const [index, key] of [...text.slice(0, 40)].entries()) {
    await page.keyboard.type(key, { delay: 20 });
    if (appeared < 0 && (await visitor.banner())) appeared = index;
  }
  await loaded;
  assert.equal(await page.$eval('input', (field) => field.value), text.slice(0, 40));
  assert.ok(appeared > 0 && appeared < 39, `it appeared while somebody typed: at key ${appeared}`);
  assert.equal(await visitor.banner(), 'asking');
});

test('Firefox: Tab reaches the banner first, and leaves it', { skip }, async (t) => {
  const set = await stage(t);
  const visitor = await firefoxVisitor(t);
  const page = await visitor.open(set.page('/'));
  /** @type {(string | undefined)[]} */
  const walk = [];
  // Not beyond the last link: there the browser's own controls would take the focus.
  while (walk.length < 12 && walk.at(-1) !== 'next') {
    await page.keyboard.press('Tab');
    walk.push(await page.evaluate(() => (document.activeElement?.closest('askfirst-consent') ? 'banner' : document.activeElement?.id)));
  }
  const leaves = walk.indexOf('own');
  assert.equal(walk[0], 'banner', walk.join());
  assert.ok(leaves > 0 && walk.slice(0, leaves).every((at) => at === 'banner'), walk.join());
  assert.deepEqual(walk.slice(leaves), ['own', 'next']);
  await page.focus('[data-askfirst=reject]');
  await page.keyboard.press('Enter');
  assert.equal((await visitor.status()).state, 'denied');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-askfirst')), 'manage', 'focus is not lost');
});

for (const [where, viewport] of /** @type {const} */ ([
  ['on a desktop', { width: 1280, height: 800 }],
  ['on a phone', { width: 375, height: 667 }],
])) {
  test(`Firefox: no focused element is wholly covered, ${where}`, { skip }, async (t) => {
    const set = await stage(t);
    const visitor = await firefoxVisitor(t);
    await visitor.page.setViewport(viewport);
    const page = await visitor.open(set.page('/'));
    await page.evaluate(fortyLinks);
    /** @type {{ name: string, seen: number }[]} */
    const walk = [];
    while (walk.length < 60 && walk.at(-1)?.name !== 'link40') {
      await page.keyboard.press('Tab');
      walk.push((await page.evaluate(focusSeen)) ?? { name: 'nothing', seen: 1 });
    }
    assert.equal(walk.at(-1)?.name, 'link40');
    const covered = walk.filter(({ seen }) => seen === 0).map(({ name }) => name);
    assert.deepEqual(covered, [], `${covered.length} of ${walk.length}`);
  });
}
