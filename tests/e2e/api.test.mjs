// What owners build on: client-side navigation, events, the stub, the package, batches.
import assert from 'node:assert/strict';
import { engineOf, everywhere, test } from './lib/browsers.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

for (const navigation of [true, false]) {
  everywhere(`one view for each change of the path, ${navigation ? 'by the Navigation API' : 'without a Navigation API'}`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    if (!navigation) await visitor.context.addInitScript(() => delete (/** @type {any} */ (window).navigation));
    const page = await visitor.open(set.page('/start?a=1'));
    await page.evaluate(() => {
      history.pushState(null, '', '/pushed');
      history.pushState(null, '', '/pushed?query=only');
      history.pushState(null, '', '/pushed');
      history.replaceState(null, '', '/replaced');
      history.replaceState({ state: 'only' }, '');
      location.hash = 'fragment-only';
    });
    await page.goBack();
    await page.goBack();
    await until(() => page.evaluate(() => location.pathname === '/pushed'), 'back at /pushed');
    await page.evaluate(() => window.askfirst.page());
    await quiet();
    assert.deepEqual(
      set.front.hits.map(({ view }) => view.page),
      ['/start', '/pushed', '/replaced', '/pushed', '/pushed'],
    );
    assert.deepEqual(
      set.front.hits.map(({ view }) => view.entry),
      [true, undefined, undefined, undefined, undefined],
    );
  });
}

everywhere('a page that comes back from the back/forward cache or by reload is no new visit', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  // Each view is awaited, because a page that is left in the middle of sending may be overtaken by the next.
  const counted = (/** @type {number} */ views) => until(() => set.front.hits.length >= views, `${views} views`);
  const page = await visitor.open(set.page('/one'));
  await counted(1);
  await page.reload();
  await counted(2);
  await page.click('#next');
  await page.waitForURL('**/next');
  await counted(3);
  await page.goBack();
  await until(() => visitor.status(), 'askfirst runs');
  await quiet();
  const views = set.front.hits.map(({ view }) => [view.page, view.entry, view.referrer]);
  assert.deepEqual(views.slice(0, 3), [
    ['/one', true, undefined],
    ['/one', undefined, undefined],
    ['/next', undefined, undefined],
  ]);
  assert.ok(views.slice(3).every(([, entry]) => !entry));
});

test('events are counted by their declared names and properties', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.track('signup', { plan: 'pro', typed: 'by somebody' });
  await visitor.track('signup', { plan: 'free' });
  await visitor.track('signup', { plan: 'ada@example.org' });
  await visitor.track('undeclared', { plan: 'pro' });
  await set.front.arrived(5);
  assert.deepEqual(await set.collector.views('event'), { signup: 3, '(other)': 1 });
  const plans = await set.collector.views('prop.plan');
  assert.deepEqual([plans.free, plans['(other)']], [1, 1]);
  assert.deepEqual(set.collector.filesWith('by somebody'), [], 'what was not declared is in no file');
  assert.deepEqual(set.collector.filesWith('ada@example.org'), []);
});

test('limits of events count characters, in any script: not bytes, nor halves of a character', async (t) => {
  const set = await stage(t, { 'data-level': 'full' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('full')), true);
  await visitor.recorded();
  await visitor.page.evaluate((subject) => window.askfirst.identify(subject), '語'.repeat(128));
  for (const letter of ['x', 'ü', '語', '🎉']) {
    await visitor.track(letter.repeat(64), { [letter.repeat(32)]: letter.repeat(128) });
    await visitor.track(letter.repeat(65));
    await visitor.track(letter.repeat(3), { [letter.repeat(33)]: 'x', long: letter.repeat(129), ok: letter });
  }
  await set.front.arrived(9);
  const events = set.front.hits.flatMap(({ event }) => (event ? [[event.name, event.props]] : []));
  assert.deepEqual(
    events,
    ['x', 'ü', '語', '🎉'].flatMap((letter) => [
      [letter.repeat(64), { [letter.repeat(32)]: letter.repeat(128) }],
      [letter.repeat(3), { ok: letter }],
    ]),
  );
  assert.ok(
    set.front.posts.every(({ status = 0 }) => status < 300),
    'the collector takes the same',
  );
  assert.equal(set.front.bodies('/collect').at(-1).subject, '語'.repeat(128));
  assert.match(visitor.warnings.join('\n'), /event dropped: name it, in 64 characters/);
});

test('calls made before the script has loaded are made up for', async (t) => {
  const set = await stage(t);
  set.site.head = '<script src="/stub.js"></script>';
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.page.evaluate(() => /** @type {any} */ (window).askfirst('track', 'signup'));
  await set.front.arrived(4);
  assert.deepEqual(
    set.front.hits.map(({ view, event }) => view?.page ?? [event.name, event.props]),
    ['/', ['signup', { plan: 'pro' }], ['download', undefined], ['signup', undefined]],
  );
});

test('the package works on a page, and sets nothing on the window', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/module.html'));
  assert.ok((await visitor.page.evaluate(() => window.marks)).includes('global: undefined'));
  assert.deepEqual(await visitor.status(), { state: 'pending', level: 'aggregated', signal: false, recorded: true });
  assert.equal(await visitor.banner(), 'asking');
  await visitor.click('accept');
  await visitor.track('download');
  await set.front.arrived(3);
  assert.deepEqual(
    set.front.hits.map(({ level, view, event }) => [level, view?.page ?? event.name]),
    [
      ['aggregated', '/module.html'],
      ['aggregated', 'signup'],
      ['anonymous', 'download'],
    ],
  );
  const { policy, text, lang, banner } = set.front.bodies('/consent')[0];
  assert.ok(policy > 0);
  assert.deepEqual([lang, banner], ['en', true]);
  assert.match(text, /^We use cookies for statistics only if you accept\. Then shop\.example can recognise/, 'the words that asked');
});

test('hits that follow each other share a request; ten do not wait', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await until(() => set.front.posts.length === 1, 'the first view');
  for (let index = 0; index < 3; index += 1) await visitor.track('signup');
  await set.front.arrived(4);
  assert.deepEqual(
    set.front.bodies('/collect').map(({ hits }) => hits.length),
    [1, 3],
  );
  await visitor.page.evaluate(() => {
    for (let index = 0; index < 25; index += 1) window.askfirst.track('download');
  });
  await until(() => set.front.bodies('/collect').length === 5, 'the rest');
  assert.deepEqual(
    set.front.bodies('/collect').map(({ hits }) => hits.length),
    [1, 3, 10, 10, 5],
  );
  await set.front.settled();
  assert.deepEqual(await set.collector.views('event'), { signup: 3, download: 25 });
});

/** @type {[how: string, leave: (visitor: import('./lib/visitor.mjs').Visitor) => Promise<unknown>][]} */
const ways = [
  ['goes to another page', (visitor) => visitor.page.goto('about:blank')],
  ['closes the tab', (visitor) => visitor.page.close()],
  [
    'hides the page',
    (visitor) =>
      visitor.page.evaluate(() => {
        Object.defineProperty(document, 'hidden', { get: () => true });
        document.dispatchEvent(new Event('visibilitychange'));
      }),
  ],
];
for (const [how, leave] of ways) {
  everywhere(`what waits is sent when the visitor ${how}`, async (t) => {
    const set = await stage(t);
    // On a busy machine Firefox may end a closed tab's process before its request has left: one of three has to arrive.
    const tries = engineOf(t).name === 'Firefox' ? 3 : 1;
    for (let left = tries; left > 0 && !set.front.hits.some(({ event }) => event); left -= 1) {
      const visitor = await set.visitor();
      const before = set.front.posts.length;
      await visitor.open(set.page('/'));
      await until(() => set.front.posts.length > before, 'the first view');
      await visitor.track('signup');
      await leave(visitor);
      await (left > 1 ? quiet() : until(() => set.front.hits.some(({ event }) => event), 'the event'));
    }
    await set.front.settled();
    assert.deepEqual(await set.collector.views('event'), { signup: set.front.hits.filter(({ event }) => event).length });
  });
}

test('identify names the person at full only, and reset forgets', async (t) => {
  const set = await stage(t, { 'data-level': 'full' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  const identify = () => visitor.page.evaluate(() => window.askfirst.identify('customer-7'));
  await identify();
  await visitor.track('signup');
  await visitor.click('accept');
  await identify();
  await visitor.track('signup');
  await set.front.arrived(3);
  assert.doesNotMatch(JSON.stringify(set.front.posts), /customer/, 'below full nobody is named');
  assert.deepEqual(set.collector.filesWith('customer'), []);

  set.front.messages.length = 0;
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('full')), true);
  await identify();
  await visitor.track('signup');
  await visitor.page.evaluate(() => window.askfirst.reset());
  await visitor.track('signup');
  await set.front.arrived(2);
  assert.deepEqual(
    set.front.bodies('/collect').map(({ level, subject }) => [level, subject]),
    [
      ['full', 'customer-7'],
      ['full', undefined],
    ],
  );
});

test('the ceiling holds: full is not granted where the site does not ask for it', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('full')), false);
  assert.equal((await visitor.status()).state, 'pending');
});

test('with a ceiling of aggregated nobody is asked', async (t) => {
  const set = await stage(t, { 'data-level': 'aggregated' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false, recorded: true });
  assert.notEqual(await visitor.banner(), 'asking');
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('anonymous')), false);
});

test('a banner by hand shows when it is called', async (t) => {
  const set = await stage(t, { 'data-banner': 'manual' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  assert.equal(await visitor.banner(), undefined);
  await visitor.page.evaluate(() => window.askfirst.consent.show());
  assert.equal(await visitor.banner(), 'asking');
});

test('a raised policy number asks again, and the id of the old answer is gone', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  set.site.attributes['data-policy-number'] = '2';
  await visitor.open(set.page('/later'));
  assert.equal((await visitor.status()).state, 'pending');
  assert.equal(await visitor.banner(), 'asking');
  assert.equal(await visitor.id(), undefined);
  await until(() => set.front.bodies('/forget').length === 1, 'the request to erase');
});

test('askfirst:consent and askfirst:sent tell the page what happens', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.page.evaluate(() => {
    document.addEventListener('askfirst:consent', (event) =>
      window.marks.push(`consent ${/** @type {CustomEvent} */ (event).detail.level} ${/** @type {CustomEvent} */ (event).detail.recorded}`),
    );
    document.addEventListener('askfirst:sent', (event) => window.marks.push(`sent ${/** @type {CustomEvent} */ (event).detail.path}`));
  });
  await visitor.click('accept');
  await visitor.recorded();
  await visitor.choose('aggregated');
  await until(() => set.front.bodies('/forget').length === 1, 'the request to erase');
  const told = await visitor.page.evaluate(() => window.marks.filter((mark) => mark !== 'load'));
  assert.deepEqual(
    told.filter((mark) => mark.startsWith('consent')),
    ['consent anonymous false', 'consent anonymous true', 'consent aggregated true'],
    'the yes, that the collector has it, the withdrawal',
  );
  assert.deepEqual(told.filter((mark) => mark.startsWith('sent')).sort(), ['sent /consent', 'sent /forget']);
});
