// What the owner may set: terms, words, audiences, several hosts, a banner of their own, another tool's answer.
import assert from 'node:assert/strict';
import { everywhere, test } from './lib/browsers.mjs';
import { names } from './lib/names.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

const HOSTS = names('hosts.example');

test('only material terms ask again', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('reject');
  Object.assign(set.site.attributes, { 'data-policy': '/privacy', 'data-texts': '{"title":"May we?"}', 'data-placement': 'right' });
  await visitor.open(set.page('/typo'));
  assert.equal(await visitor.banner(), 'closed');
  set.site.attributes['data-recipients'] = 'Example Analytics Ltd';
  await visitor.open(set.page('/silent'), { runs: false });
  await until(() => visitor.warnings.length === 1, 'a warning');
  assert.match(
    visitor.warnings.join(),
    /off: data-recipients needs your own question in data-texts/,
    'ours would say that nobody receives it',
  );
  set.site.attributes['data-texts'] = JSON.stringify({ title: 'May we?', question: 'May {site} and Example Analytics Ltd remember you?' });
  await visitor.open(set.page('/new-recipient'));
  assert.equal(await visitor.banner(), 'asking');
  assert.equal(await visitor.page.innerText('askfirst-consent h2'), 'May we?', 'in the words of the owner');
});

test('children are never asked, and never known above aggregated', async (t) => {
  const set = await stage(t, { 'data-audience': 'children', 'data-level': 'full' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'aggregated', signal: false, recorded: true });
  assert.equal(await visitor.banner(), 'closed');
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('anonymous')), false);
  await visitor.click('manage');
  await visitor.page.waitForSelector('askfirst-preferences dialog[open]');
  assert.equal(await visitor.page.$$eval('askfirst-preferences .choice', (all) => all.length), 2);
});

test('headless, nothing of ours shows, and the API does it all', async (t) => {
  const set = await stage(t, { 'data-banner': 'off' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.page.evaluate(() => window.askfirst.consent.show());
  await quiet(300);
  assert.equal(await visitor.page.$$eval('askfirst-consent, askfirst-preferences', (all) => all.length), 0);
  await visitor.page.evaluate(() => {
    const own = Object.assign(document.createElement('button'), { id: 'mine', textContent: 'Yes', style: 'position:fixed;top:0;right:0' });
    own.onclick = async () => window.marks.push(`granted: ${await window.askfirst.consent.grant()}`);
    document.body.append(own);
  });
  await visitor.page.click('#mine');
  await until(async () => (await visitor.page.evaluate(() => window.marks)).includes('granted: true'), 'it is granted');
  await until(() => set.front.bodies('/consent').length === 1, 'the grant');
  assert.equal(set.front.bodies('/consent')[0].banner, false, "the receipt says that the site's own banner asked");
  await visitor.page.evaluate(() => window.askfirst.consent.deny({ everything: true }));
  assert.equal((await visitor.status()).level, 'none');
});

test('full is asked for separately, by the site, and its no is kept', async (t) => {
  const set = await stage(t, { 'data-level': 'full' });
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  assert.doesNotMatch(await page.innerText('askfirst-consent'), /account/, 'never in the first banner');
  await visitor.click('accept');
  assert.equal((await visitor.status()).level, 'anonymous');
  const ask = () => page.evaluate(() => window.askfirst.consent.ask('full'));

  const unanswered = ask();
  await page.waitForSelector('askfirst-preferences dialog[open]');
  await page.keyboard.press('Escape');
  assert.equal(await unanswered, undefined, 'Escape is no answer');

  const agreed = ask();
  await page.click('askfirst-preferences [part~=accept]');
  assert.equal(await agreed, true);
  assert.equal((await visitor.status()).level, 'full');
  assert.equal(await ask(), true, 'who has agreed is not asked again');
  const [, second] = await (await until(() => set.front.bodies('/consent').length === 2, 'both grants'), set.front.bodies('/consent'));
  assert.match(second.text, /with your account/);

  await visitor.choose('anonymous');
  assert.equal((await visitor.status()).level, 'anonymous', 'full can be taken back alone');

  const refused = ask();
  await page.click('askfirst-preferences [part~=reject]');
  assert.equal(await refused, false);
  assert.equal(await ask(), false, 'not asked again');
  assert.equal((await visitor.status()).level, 'anonymous');
});

test("Google's consent mode is read where the owner says so: the visitor's update, not the site's default", async (t) => {
  const set = await stage(t, { 'data-banner': 'off', 'data-adapter': 'google' });
  set.site.head = '<script src="/gtag.js"></script>';
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await quiet(500);
  assert.equal((await visitor.status()).state, 'pending', 'a default says nothing');
  const update = (/** @type {string} */ value) =>
    visitor.page.evaluate((value) => /** @type {any} */ (window).gtag('consent', 'update', { analytics_storage: value }), value);
  await update('granted');
  assert.equal((await visitor.status()).state, 'granted');
  await update('denied');
  assert.equal((await visitor.status()).state, 'denied');
  assert.equal(await visitor.id(), undefined);
});

test("IAB's TCF is read where the owner says so: purposes 1 and 8", async (t) => {
  const set = await stage(t, { 'data-banner': 'off', 'data-adapter': 'tcf' });
  set.site.head = '<script src="/tcf.js"></script>';
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  const answer = async (/** @type {string} */ status, /** @type {Record<number, boolean>} */ consents) => {
    await until(() => visitor.page.evaluate(() => /** @type {any} */ (window).tcfListeners.length === 1), 'the adapter listens');
    await visitor.page.evaluate(
      ([eventStatus, consents]) => /** @type {any} */ (window).tcfListeners[0]({ eventStatus, purpose: { consents } }, true),
      /** @type {const} */ ([status, consents]),
    );
    return (await visitor.status()).state;
  };
  assert.equal(await answer('cmpuishown', { 1: true, 8: true }), 'pending', 'shown is not answered');
  assert.equal(await answer('useractioncomplete', { 1: true, 8: true }), 'granted');
  assert.equal(await answer('useractioncomplete', { 1: true, 8: false }), 'denied');
});

test('without the option no other tool is listened to', async (t) => {
  const set = await stage(t);
  set.site.head = '<script src="/gtag.js"></script>';
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.page.evaluate(() => /** @type {any} */ (window).gtag('consent', 'update', { analytics_storage: 'granted' }));
  await quiet(300);
  assert.equal((await visitor.status()).state, 'pending');
});

test('the banner speaks the language of the page, from one file, and English where there is no other', async (t) => {
  const set = await stage(t);
  for (const [lang, heard, direction, title] of /** @type {const} */ ([
    ['de-AT', 'de', 'ltr', /Browser/],
    ['ar', 'ar', 'rtl', /./],
    ['he', 'he', 'rtl', /./],
    ['nb-NO', 'no', 'ltr', /./],
    ['pt-BR', 'pt-br', 'ltr', /./],
    ['zh-CN', 'zh', 'ltr', /./],
    ['en-GB', 'en', 'ltr', /May we remember this browser/],
    ['eo', 'en', 'ltr', /May we remember this browser/],
  ])) {
    const visitor = await set.visitor();
    await visitor.context.addInitScript((lang) => {
      new MutationObserver(() => document.documentElement?.setAttribute('lang', lang)).observe(document, { childList: true });
    }, lang);
    const page = await visitor.open(set.page('/'));
    await page.waitForSelector('askfirst-consent h2');
    const told = await page.$eval('askfirst-consent', (host) => [host.lang, host.dir]);
    assert.deepEqual(told, [heard, direction], lang);
    assert.match(await page.innerText('askfirst-consent h2'), title);
    const texts = visitor.requests.filter((address) => address.includes('askfirst-texts'));
    assert.deepEqual(
      texts.map((address) => new URL(address).pathname),
      lang === 'en-GB' ? [] : [`/askfirst-texts/${lang === 'eo' ? 'eo' : heard}.json`],
    );
    if (lang === 'de-AT') {
      assert.equal(await page.innerText('[data-askfirst=reject]'), 'Ablehnen');
      await visitor.click('accept');
      await until(() => set.front.bodies('/consent').length === 1, 'the grant');
      assert.equal(set.front.bodies('/consent')[0].lang, 'de');
      await visitor.click('manage');
      await page.waitForSelector('askfirst-preferences dialog[open]');
      assert.equal(await page.getAttribute('askfirst-preferences', 'lang'), 'de');
      assert.doesNotMatch(await page.innerText('askfirst-preferences dialog'), /Do not count me|Close|Download/);
    }
  }
});

test('a language that does not load leaves the question in English', async (t) => {
  const set = await stage(t, { 'data-lang': 'de' });
  set.front.instead = ({ path }) => (path.includes('askfirst-texts') ? 503 : undefined);
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  await page.waitForSelector('askfirst-consent h2');
  assert.equal(await page.getAttribute('askfirst-consent', 'lang'), 'en');
  assert.equal(await page.innerText('[data-askfirst=reject]'), 'Reject');
});

everywhere('pages of several hosts share the choice and the id where the owner says so', async (t) => {
  const set = await stage(t, { 'data-site': 'hosts.example', 'data-cookie-domain': 'hosts.example' });
  const at = (/** @type {string} */ host, /** @type {string} */ path) => set.page(path).replace('localhost', host);
  const endpoint = set.own('').replace('localhost', 'stats.hosts.example');
  set.site.attributes['data-endpoint'] = endpoint;
  const visitor = await set.visitor();
  await visitor.open(at('www.hosts.example', '/'));
  await visitor.click('accept');
  await until(() => set.front.posts.some(({ path, status }) => path === '/consent' && status === 200), 'the receipt');
  const id = await visitor.id();
  assert.ok(id);
  await visitor.open(at('blog.hosts.example', '/'));
  assert.equal((await visitor.status()).state, 'granted', 'on the other host');
  assert.equal(await visitor.id(), id);
  const choice = (await visitor.context.cookies()).find(({ name }) => name === HOSTS.choiceCookie);
  assert.match(choice?.value ?? '', /^2\.\d+\.\d{8}$/);
  assert.equal(choice?.domain, '.hosts.example');
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  await visitor.open(at('www.hosts.example', '/again'));
  assert.equal((await visitor.status()).state, 'denied', 'what was taken back there is taken back here');
  assert.equal(await visitor.id(), undefined);
  const credentials = set.front.posts.filter(({ headers }) => headers.cookie).map(({ path }) => path);
  assert.deepEqual([...new Set(credentials)], ['/consent'], 'only the choice itself carries cookies, so that the collector may set one');
});

test('an answer that comes late undoes no choice, where the collector keeps it too', async (t) => {
  const set = await stage(t, { 'data-site': 'hosts.example', 'data-cookie-domain': 'hosts.example' });
  const at = (/** @type {string} */ path) => set.page(path).replace('localhost', 'www.hosts.example');
  set.site.attributes['data-endpoint'] = set.own('').replace('localhost', 'stats.hosts.example');
  const visitor = await set.visitor();
  await visitor.open(at('/'));
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  set.front.hold = ({ path }) => (path === '/consent' ? held : undefined);
  await visitor.click('accept');
  await visitor.choose('none');
  release();
  // 410 if the withdrawal came first.
  await until(() => set.front.posts.some(({ path, status }) => path === '/consent' && [200, 410].includes(status ?? 0)), 'the late answer');
  await quiet(300);
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'none', signal: false, recorded: true });
  set.front.messages.length = 0;
  await visitor.open(at('/later'));
  await quiet();
  assert.deepEqual(await visitor.status(), { state: 'denied', level: 'none', signal: false, recorded: true }, 'on later pages too');
  assert.deepEqual(set.front.posts, []);
});

test('agreeing again prolongs nothing, where the collector keeps the choice too', async (t) => {
  const set = await stage(t, { 'data-site': 'hosts.example', 'data-cookie-domain': 'hosts.example' });
  set.site.attributes['data-endpoint'] = set.own('').replace('localhost', 'stats.hosts.example');
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/').replace('localhost', 'www.hosts.example'));
  await visitor.click('accept');
  await until(() => set.front.posts.some(({ path, status }) => path === '/consent' && status === 200), 'the receipt');
  const day = new Date(Date.now() - 10 * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const first = (await visitor.choice()).replace(/\d{8}$/, day);
  await page.evaluate(([key, name, choice]) => {
    localStorage.setItem(key, choice);
    document.cookie = `${name}=${choice}; Domain=hosts.example; path=/`;
  }, /** @type {const} */ ([HOSTS.choice, HOSTS.choiceCookie, first]));
  await visitor.choose('anonymous');
  await until(() => set.front.bodies('/consent').length === 2, 'the second yes');
  await set.front.settled();
  await quiet(300);
  assert.equal(await visitor.choice(), first, 'the day of the first yes stays');
  assert.equal((await visitor.context.cookies()).find(({ name }) => name === HOSTS.choiceCookie)?.value, first);
});

test("another tool's kept yes undoes neither a no that was said here nor a signal", async (t) => {
  const set = await stage(t, { 'data-banner': 'off', 'data-adapter': 'tcf' });
  set.site.head = '<script src="/tcf.js"></script>';
  /** @param {Visitor} visitor @param {string} status */
  const answer = async (visitor, status) => {
    await until(() => visitor.page.evaluate(() => /** @type {any} */ (window).tcfListeners.length === 1), 'the adapter listens');
    await visitor.page.evaluate(
      (eventStatus) => /** @type {any} */ (window).tcfListeners[0]({ eventStatus, purpose: { consents: { 1: true, 8: true } } }, true),
      status,
    );
    return (await visitor.status()).state;
  };
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  assert.equal(await answer(visitor, 'tcloaded'), 'granted');
  await visitor.page.evaluate(() => window.askfirst.consent.deny({ everything: true }));
  await visitor.open(set.page('/later'));
  assert.equal(await answer(visitor, 'tcloaded'), 'denied');
  assert.equal(await visitor.id(), undefined);
  assert.equal(await answer(visitor, 'useractioncomplete'), 'granted', 'what the visitor says now counts');

  const signalling = await set.visitor();
  await signalling.context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
  await signalling.open(set.page('/'));
  assert.equal(await answer(signalling, 'tcloaded'), 'denied');
});

test('words that are too long for a receipt are cut, and the yes is proved all the same', async (t) => {
  const question = `Line one\nof {site}. ${'Wörter '.repeat(400)}`;
  const set = await stage(t, { 'data-texts': JSON.stringify({ question }) });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await until(() => set.front.posts.some(({ path, status }) => path === '/consent' && status === 200), 'the receipt');
  assert.match(set.front.bodies('/consent')[0].text, /^Line one of shop\.example\. Wörter/);
});
