// The banner for those who do not use a mouse, who enlarge, who space their text, and for tools that refuse for people.
import assert from 'node:assert/strict';
import { everywhere, test } from './lib/browsers.mjs';
import { focusSeen, fortyLinks, lost } from './lib/looks.mjs';
import { noPreferences, preferences } from './lib/preferences.mjs';
import { quiet, stage, until } from './lib/stage.mjs';
import { ID } from './lib/visitor.mjs';
import { WITHOUT_COMPILER } from './lib/wasm.mjs';

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 375, height: 667 };
/** A window of 1280 by 1024, enlarged four times: WCAG 1.4.10. */
const ENLARGED = { width: 320, height: 256 };
/** What the visitor's own style sets: WCAG 1.4.12. It goes into the shadow root, where no page can overrule it. */
const SPACED = `:host, ::slotted(*) {
  line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
}
::slotted(p) { margin-bottom: 2em !important; }`;

/** @param {string} rules runs in the page */
function spaced(rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  const root = /** @type {ShadowRoot} */ (document.querySelector('askfirst-consent')?.shadowRoot);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

/** What has the focus: the name of a button of the banner, an id, or the element. @param {import('./lib/driver').Tab} page */
const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at?.getAttribute('data-askfirst') ?? (at?.id || at?.localName);
  });

everywhere('by keyboard alone: back and forth, refusing, agreeing; focus is never lost and its ring can be seen', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor({ viewport: DESKTOP });
  const page = await visitor.open(set.page('/'));
  const there = [];
  do {
    await page.keyboard.press('Tab');
    there.push(await focused(page));
    const ring = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(/** @type {Element} */ (document.activeElement));
      return outlineStyle === 'none' ? 0 : parseFloat(outlineWidth);
    });
    if (there.at(-1) !== 'own') assert.ok(ring >= 2, `${there.at(-1)} has a ring of ${ring} pixels`);
  } while (there.length < 9 && there.at(-1) !== 'own');
  assert.deepEqual(
    there.filter((name) => name !== 'settings'),
    ['a', 'reject', 'accept', 'own'],
  );
  const back = [];
  do {
    await page.keyboard.press('Shift+Tab');
    back.push(await focused(page));
  } while (back.length < 9 && back.at(-1) !== 'a');
  assert.deepEqual([...back].reverse(), there.slice(0, -1));
  await page.focus('[data-askfirst=reject]');
  await page.keyboard.press('Space');
  assert.equal((await visitor.status()).state, 'denied');
  assert.equal(await focused(page), 'manage', 'focus goes to where the choice can be changed');
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'own', 'and from there into the page');
});

everywhere('no key but a press of the button answers', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor({ viewport: DESKTOP });
  const page = await visitor.open(set.page('/'));
  for (const key of ['Escape', 'Enter', 'Space', 'PageDown', 'End', 'y', 'n']) await page.keyboard.press(key);
  await page.focus('[data-askfirst=accept]');
  for (const key of ['Escape', 'ArrowDown', 'End', 'y']) await page.keyboard.press(key);
  assert.equal((await visitor.status()).state, 'pending');
  assert.equal(await visitor.banner(), 'asking');
  assert.deepEqual(await visitor.device(), {});
});

/**
 * Tabs through a page of forty links and back, and tells the stops that are wholly covered.
 * @param {import('./lib/visitor.mjs').Visitor} visitor
 */
async function coveredStops({ page }) {
  await page.evaluate(() => scrollTo(0, 0));
  /** @type {{ name: string, seen: number }[]} */
  const walk = [];
  for (const [key, last] of /** @type {const} */ ([
    ['Tab', 'link40'],
    ['Shift+Tab', 'own'],
  ])) {
    for (let step = 0; step < 60 && walk.at(-1)?.name !== last; step += 1) {
      await page.keyboard.press(key);
      const stop = await page.evaluate(focusSeen);
      if (stop) walk.push(stop);
    }
    assert.equal(walk.at(-1)?.name, last, 'the walk gets there');
  }
  assert.ok(walk.length > 80, `${walk.length} stops`);
  return walk.filter(({ seen }) => seen === 0).map(({ name }) => name);
}

/** A page whose own style speaks of what keeps the focus clear of the banner. */
const ROOT = '<style>:root { scroll-padding: 0; padding: 0 }</style>';

for (const [where, viewport] of /** @type {const} */ ([
  ['on a desktop', DESKTOP],
  ['on a phone', PHONE],
])) {
  for (const [when, answered, head] of /** @type {[string, boolean, string][]} */ ([
    ['with the question open', false, ''],
    ['after the answer', true, ''],
    ['on a page that sets its own scroll padding', false, ROOT],
  ])) {
    everywhere(`no focused element is wholly covered, ${where}, ${when}`, async (t) => {
      const set = await stage(t);
      set.site.head = head;
      const visitor = await set.visitor({ viewport });
      const page = await visitor.open(set.page('/'));
      await page.evaluate(fortyLinks);
      if (answered) await visitor.clickByScript('reject');
      assert.deepEqual(await coveredStops(visitor), []);
    });
  }
}

for (const [where, viewport] of /** @type {const} */ ([
  ['on a desktop', DESKTOP],
  ['on a phone', PHONE],
  ['enlarged four times', ENLARGED],
])) {
  for (const [how, rules] of /** @type {const} */ ([
    ['as it is', ''],
    ['with text spaced', SPACED],
  ])) {
    everywhere(`all of the banner can be read and reached, ${where}, ${how}`, async (t) => {
      const set = await stage(t);
      const visitor = await set.visitor({ viewport });
      const page = await visitor.open(set.page('/'));
      await page.evaluate(spaced, rules);
      assert.deepEqual(await page.evaluate(lost), []);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page does not scroll sideways');
      for (const name of ['reject', 'accept']) {
        await page.focus(`[data-askfirst=${name}]`);
        assert.equal((await page.evaluate(focusSeen))?.seen, 1, `${name} is wholly in view when it has the focus`);
      }
      await page.click('[data-askfirst=reject]');
      assert.equal((await visitor.status()).state, 'denied');
      assert.deepEqual(await page.evaluate(lost), [], 'nor the control');
    });
  }
}

everywhere('forty keys typed while the page loads and the banner appears all arrive', async (t) => {
  const set = await stage(t);
  const text = 'forty keys typed while the banner appears'.slice(0, 40);
  /** @type {() => void} */
  let letGo = () => {};
  const held = new Promise((resolve) => (letGo = () => resolve(undefined)));
  set.front.hold = ({ path }) => (path === '/askfirst.js' ? held : undefined);
  const visitor = await set.visitor({ viewport: DESKTOP });
  const page = await visitor.tab();
  // The script is deferred: the page is there before it.
  await page.goto(set.page('/'), { waitUntil: 'commit' });
  await page.waitForSelector('#next');
  await page.evaluate(() => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
  });
  let appeared = -1;
  for (const [index, key] of [...text].entries()) {
    if (index === 4) letGo();
    await page.keyboard.type(key, { delay: 20 });
    if (appeared < 0 && (await visitor.banner())) appeared = index;
  }
  assert.equal(await page.inputValue('input'), text);
  assert.ok(appeared >= 4 && appeared < 39, `it appeared while somebody typed: at key ${appeared}`);
  assert.deepEqual(await page.evaluate(() => window.shifts), [], 'nothing shifted');
});

/** Presses Reject as soon as it is there, as tools do that refuse for people. Runs in the page. */
const refuse = () =>
  new Promise((resolve, reject) => {
    const end = Date.now() + 20_000;
    const look = () => {
      /** @type {HTMLElement | null} */
      const button = document.querySelector('askfirst-consent [data-askfirst=reject]');
      if (button) resolve(button.click());
      else if (Date.now() > end) reject(new Error('there is no Reject'));
      else setTimeout(look, 5);
    };
    look();
  });

/**
 * How many come, side by side: thirty each time, two hundred in the step `jitless`. Firefox has no way to empty a profile from
 * outside: each visitor has a new one, which takes a while, and it loses its way where one closes while another opens.
 */
const VISITORS = { Chromium: WITHOUT_COMPILER ? [100, 100] : [15, 15], Firefox: [30] };

test('many visitors who refuse by script keep at most one value per day, and are not asked again', async (t) => {
  const set = await stage(t);
  const days = () => new Set([new Date().toISOString().slice(0, 10)]);
  const seen = days();
  /** @type {string[]} */
  const kept = [];
  /** @type {Set<string>} */
  const devices = new Set();
  const come = async (/** @type {number} */ count) => {
    let visitor = await set.visitor();
    await visitor.tab();
    for (let visit = 1; visit <= count; visit += 1) {
      const { page } = visitor;
      await page.goto(set.page('/'), { waitUntil: 'commit' });
      assert.equal(await page.evaluate(() => document.cookie + Object.keys(localStorage)), '');
      await page.evaluate(refuse);
      assert.equal((await visitor.status()).state, 'denied');
      kept.push(await page.evaluate(() => JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])));
      // All places there are, and a second page, take longer.
      if (visit % 10 === 0) {
        devices.add(JSON.stringify(await visitor.device()));
        await visitor.open(set.page('/again'));
        assert.equal(await visitor.banner(), 'closed');
        assert.equal((await visitor.status()).state, 'denied');
      }
      visitor = await set.another(visitor);
    }
  };
  await Promise.all(VISITORS[set.engine.name].map(come));
  for (const day of days()) seen.add(day);
  assert.ok(kept.length >= 30);
  for (const values of [new Set(kept), devices]) {
    assert.ok(values.size > 0 && values.size <= seen.size, [...values].join('\n'));
    assert.doesNotMatch([...values].join(), ID);
  }
  const ids = set.front.posts.filter(({ headers, body }) => headers.cookie || /"id"/.test(body));
  assert.deepEqual(ids, [], 'and none of them sends one');
});

everywhere(
  'in the preferences Tab stays, Escape closes, nothing is answered, and focus is where it was',
  { skip: noPreferences },
  async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor({ viewport: DESKTOP });
    const page = await visitor.open(set.page('/'));
    await page.evaluate(fortyLinks);
    const dialog = await preferences(page);
    assert.ok(await dialog.focused(), 'focus is in the dialog');
    for (let step = 0; step < 25; step += 1) {
      await page.keyboard.press('Tab');
      const outside = await page.evaluate(() => {
        const at = document.activeElement;
        return at === document.body || at?.localName === 'askfirst-preferences' ? undefined : at?.outerHTML;
      });
      assert.equal(outside, undefined, `Tab ${step + 1}`);
    }
    await page.keyboard.press('Escape');
    await until(async () => !(await dialog.open()), 'closed');
    assert.equal(await focused(page), 'settings');
    assert.equal((await visitor.status()).state, 'pending');
    assert.deepEqual(await visitor.device(), {});
    await quiet(200);
    assert.deepEqual(set.front.bodies('/consent'), []);
  },
);

everywhere('the preferences fit a phone and a page that is enlarged four times', { skip: noPreferences }, async (t) => {
  const set = await stage(t);
  for (const viewport of [PHONE, ENLARGED]) {
    const visitor = await set.visitor({ viewport });
    const page = await visitor.open(set.page('/'));
    await visitor.clickByScript('reject');
    await preferences(page);
    const size = await page.$eval('askfirst-preferences dialog', (box) => ({
      wide: box.scrollWidth - box.clientWidth,
      left: box.getBoundingClientRect().left,
      right: innerWidth - box.getBoundingClientRect().right,
      bottom: innerHeight - box.getBoundingClientRect().bottom,
    }));
    assert.ok(size.wide <= 0 && size.left >= 0 && size.right >= 0 && size.bottom >= 0, JSON.stringify(size));
    for (let step = 0; step < 20; step += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(focusSeen);
      if (stop && stop.name !== 'askfirst-preferences') assert.ok(stop.seen > 0, `${stop.name} can be seen`);
    }
  }
});
