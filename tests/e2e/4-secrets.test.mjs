// Promise 4: what is secret in an address never leaves the browser.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { stage, until } from './lib/stage.mjs';

/** Nothing of these may appear anywhere. */
const SECRETS = [
  'ada@example.org',
  'ada%40example.org',
  'ada.lovelace',
  'TOKENSECRET',
  'eyJhbGciOiJIUzI1NiJ9',
  'dozjgNryP4J3jVmNHl0w5N',
  'ACCESSSECRET',
  '550e8400-e29b',
  '41d4-a716-446655440000',
  'CLICKSECRET',
  'SEARCHSECRET',
  'USERSECRET',
  '20791234567',
];
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const UUID = '550e8400-e29b-41d4-a716-446655440000';
const QUERY =
  '?email=ada%40example.org&token=TOKENSECRET&q=SEARCHSECRET&gclid=CLICKSECRET&user=USERSECRET&utm_content=SEARCHSECRET&utm_source=letter';

const ADDRESSES = [
  `/welcome${QUERY}#access_token=ACCESSSECRET`,
  `/reset/${JWT}`,
  '/invite/ada@example.org',
  '/invite/ada.lovelace%40example.org/accept',
  `/users/${UUID}/edit`,
  '/call/20791234567',
  '/page;jsessionid=TOKENSECRET/end',
  '/go/page%3Ftoken%3DTOKENSECRET',
  '/sale?utm_source=ada%40example.org&utm_campaign=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x&utm_medium=550e8400-e29b-41d4-a716-446655440000',
];

for (const level of ['aggregated', 'anonymous']) {
  everywhere(`no query, fragment, e-mail address, token or long id leaves the browser, at ${level}`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.open(set.page('/'));
    if (level === 'anonymous') await visitor.click('accept');
    for (const address of ADDRESSES) {
      await visitor.open(set.page(address));
      await visitor.track('signup');
      // By a referrer that tells all, from the same site and from another one.
      await visitor.come(set.page(`/news.html${QUERY}`), set.page('/from-here'));
      await visitor.come(set.elsewhere(`/news.html${QUERY}`), set.page('/from-there'));
    }
    await visitor.page.evaluate((address) => history.pushState(null, '', address), `/pushed/${UUID}${QUERY}`);
    await until(() => set.front.hits.some(({ view }) => view?.page.startsWith('/pushed/')), 'the last view');
    await set.front.settled();

    assert.ok(set.front.hits.length > ADDRESSES.length * 3);
    assert.deepEqual(new Set(set.front.hits.slice(-3).map((hit) => hit.level)), new Set([level]));
    // The page's own addresses ask for pages only: the script's request and the posts name none.
    const wire = JSON.stringify(set.front.messages);
    for (const secret of SECRETS) {
      assert.ok(!wire.includes(secret), `${secret} left the browser`);
      assert.deepEqual(set.collector.filesWith(secret), [], `${secret} is in a file`);
    }
    const pages = Object.keys(await set.collector.views('page'));
    for (const page of ['/welcome', '/reset/:id', '/invite/:email', '/users/:id/edit', '/pushed/:id', '/page/end']) {
      assert.ok(pages.includes(page), `${page} is counted, among ${pages.join(' ')}`);
    }
    assert.equal((await set.collector.views('referrer'))['news.example'], ADDRESSES.length);
    assert.ok('letter' in (await set.collector.views('source')), 'named campaign values do leave');
  });
}

/** Addresses in several scripts, with what is counted of them: `[address, page, source, campaign]`. */
const READABLE = /** @type {const} */ ([
  ['/記事/東京オリンピックの開催について', '/記事/東京オリンピックの開催について'],
  ['/บทความ/การท่องเที่ยวในประเทศไทย', '/บทความ/การท่องเที่ยวในประเทศไทย'],
  ['/kategorie/kraftfahrzeughaftpflichtversicherung', '/kategorie/kraftfahrzeughaftpflichtversicherung'],
  ['/cafe\u0301', '/café'],
  ['/wiki/AC%2FDC', '/wiki/AC%2FDC'],
  ['/注文/１２３４５６', '/注文/:id'],
  ['/招待/ada＠example.org', '/招待/:email'],
  ['/sale-a?utm_campaign=Summer+Sale', '/sale-a', undefined, 'Summer Sale'],
  ['/sale-b?utm_campaign=Summer%20Sale', '/sale-b', undefined, 'Summer Sale'],
  ['/sale-c?utm_source=новости', '/sale-c', 'новости'],
]);

for (const level of ['aggregated', 'anonymous']) {
  everywhere(`paths and campaigns in any script are sent, counted and shown decoded, at ${level}`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.open(set.page('/'));
    if (level === 'anonymous') {
      await visitor.click('accept');
      await visitor.recorded();
    }
    for (const [address] of READABLE) await visitor.open(new URL(set.page(address)).href);
    await visitor.page.evaluate(() => history.pushState(null, '', '/%D1%81%D1%82%D0%B0%D1%82%D1%8C%D0%B8'));
    await visitor.track('signup');
    await until(() => set.front.hits.some(({ event }) => event), 'the event');
    await set.front.settled();

    const views = set.front.hits.filter((hit) => hit.level === level).flatMap(({ view }) => (view ? [view] : []));
    const later = views.filter(({ page }) => page !== '/');
    // Each view once: a page that is left in the middle of sending may be overtaken by the next.
    const order = (/** @type {{ page: string, source?: string, campaign?: string }[]} */ list) =>
      list.sort((a, b) => (a.page < b.page ? -1 : 1));
    assert.deepEqual(
      order(later.map(({ page, source, campaign }) => ({ page, source, campaign }))),
      order([
        ...READABLE.map(([, page, source, campaign]) => ({ page, source, campaign })),
        { page: '/статьи', source: undefined, campaign: undefined },
      ]),
    );
    assert.equal(set.front.hits.find(({ event }) => event)?.event.page, '/статьи');
    assert.ok(set.front.posts.every(({ status }) => status === 200 || status === 202));

    const counted = await set.collector.views('page');
    for (const [, page] of READABLE) assert.equal(counted[page], 1, `${page}, among ${Object.keys(counted).join(' ')}`);
    assert.equal(counted['/статьи'], 1);
    assert.equal((await set.collector.views('campaign'))['Summer Sale'], 2, 'both spellings of a space are one campaign');
    assert.equal((await set.collector.views('source'))['новости'], 1);
    for (const secret of ['ada＠example.org', '１２３４５６', 'ada%EF%BC%A0', '%EF%BC%91%EF%BC%92']) {
      assert.ok(!JSON.stringify(set.front.messages).includes(secret), `${secret} left the browser`);
    }
  });
}
