// Promise 7: the page never waits, never shifts, never breaks, and the console says why once.
import assert from 'node:assert/strict';
import { everywhere } from './lib/browsers.mjs';
import { quiet, stage, until } from './lib/stage.mjs';
import { isScript, WITHOUT_COMPILER, WITHOUT_WASM } from './lib/wasm.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

/**
 * The page behaves as if the script were not there.
 * @param {Visitor} visitor
 * @param {{ says?: RegExp }} expected what the console says, once; nothing where it is not given
 */
async function lives(visitor, { says } = {}) {
  const page = visitor.page;
  await page.click('#own');
  const { marks, attempts, shifts, title } = await page.evaluate(() => ({
    marks: window.marks,
    attempts: window.attempts,
    shifts: window.shifts,
    title: document.querySelector('h1')?.textContent,
  }));
  assert.deepEqual(marks, ['load', 'click'], "the page's own script ran, and nothing violated a policy");
  assert.ok(attempts < 2, 'a policy that forbids WebAssembly was met once at most');
  assert.deepEqual(shifts, [], 'nothing shifted');
  assert.equal(title, 'A shop');
  assert.deepEqual(visitor.errors, [], 'nothing was thrown');
  assert.deepEqual(visitor.warnings.length, says ? 1 : 0, visitor.warnings.join('\n'));
  if (says) assert.match(visitor.warnings.join(), says);
}

everywhere('the page shows the banner without a shift and without a word on the console', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  assert.equal(await visitor.banner(), 'asking');
  await quiet(500);
  await lives(visitor);
});

for (const { after, first, then } of [
  { after: 998, first: 'the banner', then: 'background' },
  { after: 1_000, first: 'the hit', then: 'user-blocking' },
])
  everywhere(`where a page took ${after} ms, ${first} comes first, and the rest in a task of its own`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.context.addInitScript((now) => {
      performance.now = () => now;
      const { scheduler } = window;
      /** @type {{ first: string, then: (string | undefined)[], can: boolean }} */
      const seen = { first: '', then: [], can: Boolean(scheduler?.postTask) };
      Object.assign(window, { seen });
      if (seen.can) {
        const post = scheduler.postTask.bind(scheduler);
        scheduler.postTask = (does, options) => {
          seen.then.push(options?.priority);
          return post(does, options);
        };
      }
      const drawn = () => document.querySelector('askfirst-consent') && (seen.first ||= 'the banner');
      document.addEventListener('askfirst:sent', () => drawn() || (seen.first ||= 'the hit'));
    }, after);
    await visitor.open(set.page('/'));
    const seen = await visitor.page.evaluate(() => /** @type {any} */ (window).seen);
    assert.equal(seen.first, first);
    assert.equal(await visitor.banner(), 'asking');
    // Where the browser has no such call, it is one task.
    if (seen.can) assert.equal(seen.then[0], then);
    await lives(visitor);
  });

for (const after of [998, 1_000])
  everywhere(`where a page took ${after} ms, and its own script takes the campaign out of the address then, it is counted`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    await visitor.context.addInitScript((now) => {
      performance.now = () => now;
      document.addEventListener('DOMContentLoaded', () => history.replaceState(null, '', location.pathname));
    }, after);
    await visitor.open(set.page('/?utm_source=letter'));
    await until(async () => (await set.collector.views('page'))['/'] === 1, 'the page is counted');
    assert.equal((await set.collector.views('source')).letter, 1);
    await lives(visitor);
  });

everywhere('who said yes before: their campaign is counted too, and where a file of options is loaded first', async (t) => {
  const set = await stage(t, { 'data-placement': 'right' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.click('accept');
  await visitor.context.addInitScript(() =>
    document.addEventListener('DOMContentLoaded', () => history.replaceState(null, '', location.pathname)),
  );
  await visitor.open(set.page('/?utm_source=letter'));
  await until(async () => (await set.collector.views('page'))['/'] === 2, 'both pages are counted');
  assert.equal((await set.collector.views('source')).letter, 1);
});

everywhere('a page that shows another one as soon as it is loaded: both are counted', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.context.addInitScript(() => addEventListener('load', () => setTimeout(() => history.pushState(null, '', '/next'))));
  await visitor.open(set.page('/first?utm_source=letter'));
  await until(async () => (await set.collector.views('page'))['/next'] === 1, 'the page that is shown is counted');
  if (!WITHOUT_WASM) {
    assert.equal((await set.collector.views('page'))['/first'], 1);
    assert.equal((await set.collector.views('source')).letter, 1);
  }
});

for (const [where, attributes] of [
  ['in the head, without defer', ''],
  ['in the head, without defer, with words that are loaded', 'data-lang="de"'],
  ['with async', 'async'],
])
  everywhere(`with the tag ${where} it asks and counts all the same`, async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    set.site.tag = `<script src="${set.own('/askfirst.js')}" data-site="shop.example" data-local="on" ${attributes}></script>`;
    await visitor.open(set.page('/'));
    await asksAndCounts(set, visitor);
  });

everywhere('with the tag inserted once the page has loaded it asks and counts all the same', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  set.site.tag = '';
  await visitor.open(set.page('/'), { runs: false });
  await visitor.page.evaluate((/** @type {string} */ src) => {
    const tag = Object.assign(document.createElement('script'), { src });
    Object.assign(tag.dataset, { site: 'shop.example', local: 'on' });
    document.head.append(tag);
  }, set.own('/askfirst.js'));
  await asksAndCounts(set, visitor);
});

/** @param {Stage} set @param {Visitor} visitor */
async function asksAndCounts(set, visitor) {
  await until(async () => (await visitor.banner()) === 'asking', 'it asks');
  assert.equal(await visitor.page.evaluate(() => document.body.firstElementChild?.localName), 'askfirst-consent', 'first in the document');
  await visitor.click('reject');
  assert.equal((await visitor.status()).state, 'denied');
  await until(async () => (await set.collector.views('page'))['/'] === 1, 'it counts');
  await lives(visitor);
}

everywhere('in a browser that cannot decode base64 itself it asks and counts all the same', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.context.addInitScript(() => Reflect.deleteProperty(Uint8Array, 'fromBase64'));
  await visitor.open(set.page('/'));
  assert.equal(await visitor.page.evaluate(() => 'fromBase64' in Uint8Array), false);
  await asksAndCounts(set, visitor);
});

everywhere('with the collector down the page goes on', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  set.front.instead = (message) => (isScript(message) ? undefined : 0);
  await visitor.open(set.page('/'));
  for (let index = 0; index < 25; index += 1) await visitor.track('signup');
  await visitor.click('reject');
  // Long enough for more tries: they are not told one by one.
  await quiet(4_000);
  await lives(visitor, { says: /no answer/ });
});

everywhere('with a collector that never answers the page goes on', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  set.front.instead = (message) => (isScript(message) ? undefined : -1);
  const start = Date.now();
  await visitor.open(set.page('/'));
  await visitor.track('signup');
  assert.ok(Date.now() - start < 20_000, 'the load event did not wait for an answer');
  await visitor.page.click('askfirst-consent [data-askfirst=accept]');
  await lives(visitor);
});

everywhere('a yes takes effect in the task of the click, and needs no script: none can be loaded any more', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  set.front.messages.length = 0;
  set.front.instead = ({ method, path }) => (method === 'GET' && path.includes('askfirst') ? 0 : undefined);
  // The page's own listener comes after the banner's, in the same task.
  await visitor.page.evaluate(() =>
    addEventListener('click', () => {
      const { state, level } = window.askfirst.consent.status() ?? {};
      const stored = Object.keys(localStorage).filter((name) => name.startsWith('askfirst.')).length;
      const cookies = document.cookie.split('; ').filter((cookie) => cookie.startsWith('askfirst_')).length;
      const shown = document.querySelector('askfirst-consent')?.getAttribute('data-shown');
      window.marks.push(`${state} ${level}, ${stored} stored, ${cookies} cookies, banner ${shown}`);
    }),
  );
  await visitor.click('accept');
  const told = await visitor.page.evaluate(() => window.marks.splice(1));
  assert.deepEqual(told, ['granted anonymous, 2 stored, 2 cookies, banner closed']);
  await visitor.recorded();
  await visitor.track('signup');
  await until(async () => (await set.collector.views('event')).signup, 'the event under the id');
  assert.deepEqual(
    set.front.messages.map(({ method, path }) => `${method} ${path}`),
    ['POST /consent', 'POST /collect'],
    'no request for a script',
  );
  await visitor.page.evaluate(() => window.marks.splice(1));
  await visitor.page.evaluate(() => window.askfirst.consent.withdraw());
  assert.equal((await visitor.status()).state, 'denied', 'nor does the withdrawal');
});

everywhere('options that are off by default cannot be loaded: askfirst is off, says so, and the page goes on', async (t) => {
  const set = await stage(t, { 'data-placement': 'right' });
  const visitor = await set.visitor();
  const gone = { status: 404, headers: { 'content-type': 'text/javascript' } };
  set.front.instead = ({ path }) => (path === '/askfirst-options.js' ? gone : undefined);
  await visitor.open(set.page('/'), { runs: false });
  await until(() => visitor.warnings.length, 'a word on the console');
  await visitor.track('signup');
  await visitor.page.evaluate(() => window.askfirst.consent.show());
  await quiet(300);
  assert.equal(await visitor.status(), undefined);
  assert.equal(await visitor.banner(), undefined);
  await lives(visitor, { says: /askfirst failed: options/ });
  assert.deepEqual(set.front.posts, [], 'what the owner asked for is not known, so nothing is counted');
  assert.deepEqual(await visitor.device(), {});
});

for (const [attributes, files] of /** @type {[Record<string, string>, string[]][]} */ ([
  [{}, []],
  [{ 'data-lang': 'en' }, []],
  [{ 'data-placement': 'right' }, ['/askfirst-options.js']],
  [{ 'data-level': 'full' }, ['/askfirst-options.js']],
]))
  everywhere(`with ${JSON.stringify(attributes)} these files are loaded beside the script: ${files.join(', ') || 'none'}`, async (t) => {
    const set = await stage(t, attributes);
    const visitor = await set.visitor();
    await visitor.open(set.page('/'));
    await visitor.click('accept');
    await visitor.recorded();
    const scripts = set.front.messages.filter((message) => message.method === 'GET' && !isScript(message));
    assert.deepEqual(
      scripts.map(({ path }) => path),
      files,
    );
    await lives(visitor);
  });

everywhere('with a collector that refuses everything the page goes on', async (t) => {
  const set = await stage(t, { 'data-site': 'unknown.example' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.track('signup');
  await quiet();
  await lives(visitor, { says: /refused/ });
  assert.equal(set.front.posts.length, 2, 'and what is refused is not tried again');
});

everywhere('with the script blocked the page goes on', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  set.front.instead = ({ path }) => (path === '/askfirst.js' ? 0 : undefined);
  set.site.head = '<script src="/stub.js"></script>';
  await visitor.open(set.page('/'), { runs: false });
  await lives(visitor);
  assert.deepEqual(set.front.posts, []);
  assert.deepEqual(await visitor.device(), {});
});

everywhere('with a module that was broken on its way it runs as plain JavaScript', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  // As a page would read it that mistakes the file's character set.
  const script = await (await fetch(set.own('/askfirst.js'))).arrayBuffer();
  set.front.instead = ({ path }) => (path === '/askfirst.js' ? Buffer.from(script).toString('latin1') : undefined);
  await visitor.open(set.page('/'));
  await visitor.click('reject');
  await lives(visitor);
});

everywhere(
  'in a browser that compiles modules in the background only, it runs as WebAssembly all the same',
  { skip: WITHOUT_WASM && 'there is no WebAssembly' },
  async (t) => {
    const set = await stage(t);
    const visitor = await set.visitor();
    // As Chromium did with modules of more than 4 KiB.
    await visitor.context.addInitScript(() => {
      const construct = () => {
        throw new RangeError('WebAssembly.Module is disallowed on the main thread, if the buffer size is larger than 4KB.');
      };
      WebAssembly.Module = new Proxy(WebAssembly.Module, { construct });
    });
    await visitor.open(set.page('/'));
    await asksAndCounts(set, visitor);
    assert.deepEqual(
      set.front.messages.filter(({ path }) => path === '/askfirst-plain.js'),
      [],
    );
  },
);

/** The browser reports the one attempt, to the owner and on the console; it does so once. @param {Visitor} visitor */
async function reported(visitor) {
  // Without a compiler there is nothing to attempt.
  assert.equal(await visitor.page.evaluate(() => window.attempts), WITHOUT_COMPILER ? 0 : 1);
}

everywhere("under script-src 'self' alone, which forbids WebAssembly, it asks and counts all the same", async (t) => {
  const set = await stage(t);
  set.site.headers['content-security-policy'] = "script-src 'self'";
  const visitor = await set.visitor();
  await visitor.open(set.own('/'));
  assert.equal(set.front.messages.filter(({ path }) => path === '/askfirst-plain.js').length, 1, 'the module as plain JavaScript');
  await reported(visitor);
  await visitor.click('accept');
  await visitor.track('signup');
  await until(async () => (await set.collector.views('event')).signup, 'the event');
  assert.deepEqual(
    set.front.bodies('/collect').map(({ level }) => level),
    ['aggregated', 'anonymous'],
  );
  await lives(visitor);
});

everywhere(
  'where WebAssembly is forbidden and nothing else can be loaded either, nothing is sent, nothing is asked, and the page goes on',
  async (t) => {
    const set = await stage(t);
    set.site.headers['content-security-policy'] = "script-src 'self'";
    const gone = { status: 404, headers: { 'content-type': 'text/javascript' } };
    set.front.instead = ({ path }) => (path === '/askfirst-plain.js' ? gone : undefined);
    const visitor = await set.visitor();
    await visitor.open(set.own('/'), { runs: false });
    await until(() => visitor.warnings.length, 'a word on the console');
    await visitor.page.evaluate(() => {
      window.askfirst.track('signup');
      window.askfirst.init({ site: 'shop.example', endpoint: location.origin, local: 'on' });
      window.askfirst.consent.show();
    });
    const refused = await visitor.page.evaluate(async () => [
      window.askfirst.consent.status(),
      await window.askfirst.consent.grant('anonymous'),
    ]);
    assert.deepEqual(refused, [undefined, false], 'the level stays where it is');
    await reported(visitor);
    await lives(visitor, { says: /wasm-unsafe-eval/ });
    assert.deepEqual(set.front.posts, []);
  },
);

everywhere("under style-src 'self' and Trusted Types the banner shows, with no violation", async (t) => {
  const set = await stage(t);
  // Images: browsers ask for the page's icon.
  const policy = ["default-src 'none'", "img-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "connect-src 'self'"];
  set.site.headers['content-security-policy'] = [...policy, "require-trusted-types-for 'script'", "trusted-types 'none'"].join('; ');
  const visitor = await set.visitor();
  await visitor.open(set.own('/'));
  const { position, width, height, left } = await visitor.page.$eval('askfirst-consent', (host) => {
    const { width, height, left } = host.getBoundingClientRect();
    return { position: getComputedStyle(host).position, width, height, left };
  });
  assert.ok(width > 200 && height > 100 && left < 100, 'it is styled');
  assert.equal(position, 'fixed');
  await visitor.click('accept');
  await visitor.click('manage');
  await visitor.page.waitForSelector('askfirst-preferences dialog[open]');
  const dialog = await visitor.page.$eval('askfirst-preferences dialog', (box) => box.getBoundingClientRect().width);
  assert.ok(dialog > 300, 'and so are the preferences');
  await visitor.page.keyboard.press('Escape');
  await lives(visitor);
  await until(() => set.front.bodies('/consent').length === 1, 'the grant');
});

everywhere('with storage denied the page goes on, and nobody is granted anything', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/frame.html'), { runs: false });
  await until(() => visitor.page.frames().length > 1, 'the frame');
  const frame = /** @type {import('./lib/driver').Frame} */ (visitor.page.frames()[1]);
  const status = () => frame.evaluate(() => window.askfirst?.consent?.status());
  await until(() => status().catch(() => undefined), 'askfirst runs in the frame');
  assert.deepEqual(await status(), { state: 'pending', level: 'aggregated', signal: false, recorded: true });
  await frame.click('[data-askfirst=accept]');
  await until(() => visitor.warnings.length, 'the yes is not kept');
  assert.equal((await status())?.level, 'aggregated');
  await frame.click('#own');
  assert.deepEqual(await frame.evaluate(() => window.marks), ['load', 'click']);
  await frame.click('[data-askfirst=reject]');
  assert.deepEqual(await status(), { state: 'denied', level: 'aggregated', signal: false, recorded: true }, 'a no holds for this page');
  assert.deepEqual(visitor.errors, []);
  assert.equal(visitor.warnings.length, 1, visitor.warnings.join('\n'));
  assert.match(visitor.warnings.join(), /not granted/);
});

/** @type {[what: string, attributes: Record<string, string>, says: RegExp][]} */
const hostile = [
  ['an unknown option', { 'data-levle': 'full' }, /data-levle.*data-level/],
  ['a level that does not exist', { 'data-level': 'everything' }, /data-level must be/],
  ['an endpoint that is no address', { 'data-endpoint': 'javascript:alert(1)' }, /data-endpoint must be/],
  ['an empty site', { 'data-site': '' }, /data-site/],
  ['a policy that would run', { 'data-policy': 'javascript:window.marks.push(1)' }, /data-policy must be/],
  ['a policy number that is none', { 'data-policy-number': '1.5' }, /data-policy-number must be/],
  ['a very long option', { 'data-site': 'x'.repeat(100_000) }, /data-site must be/],
];
for (const [what, attributes, says] of hostile) {
  everywhere(`with ${what} askfirst is off, says why, and the page goes on`, async (t) => {
    const set = await stage(t, attributes);
    const visitor = await set.visitor();
    await visitor.open(set.page('/'), { runs: false });
    await visitor.page.evaluate(() => window.askfirst.track('signup'));
    await quiet(300);
    await lives(visitor, { says });
    assert.deepEqual(set.front.posts, []);
    assert.deepEqual(await visitor.device(), {});
    assert.equal(await visitor.banner(), undefined);
  });
}

everywhere('attributes of other tools on the tag are not ours', async (t) => {
  const set = await stage(t, { 'data-cfasync': 'false', 'data-turbo-track': 'reload' });
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await lives(visitor);
});

everywhere('a page that breaks what askfirst uses is not broken by it', async (t) => {
  const set = await stage(t);
  for (const broken of [
    () =>
      (window.fetch = () => {
        throw new Error('no fetch');
      }),
    () => (window.fetch = () => /** @type {any} */ (undefined)),
    () => {
      delete (/** @type {any} */ (window).navigation);
      window.matchMedia = () => /** @type {any} */ (null);
    },
    () =>
      (JSON.stringify = () => {
        throw new Error('no JSON');
      }),
    () => (performance.getEntriesByType = () => []),
    () => {
      delete (/** @type {any} */ (window).navigation);
      Object.freeze(history);
    },
    () =>
      (Array.prototype.map = () => {
        throw new Error('no map');
      }),
    () => Object.assign(Array.prototype, { toJSON: () => 'an array', own: 1 }),
  ]) {
    const other = await set.visitor();
    await other.context.addInitScript(broken);
    await other.open(set.page('/'), { runs: false });
    await other.page.click('#own');
    await quiet(200);
    assert.deepEqual(other.errors, [], String(broken));
    assert.deepEqual(await other.page.evaluate(() => window.marks), ['load', 'click'], String(broken));
    assert.ok(other.warnings.length < 3, other.warnings.join('\n'));
  }
});

everywhere('what is no event is dropped with one line on the console, and later ones are counted', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.page('/'));
  await page.evaluate(() => {
    const { askfirst } = /** @type {any} */ (window);
    /** @type {Record<string, unknown>} */
    const cycle = {};
    cycle.self = cycle;
    for (const bad of [cycle, { node: document.body }, { long: 'x'.repeat(1_000_000) }, { big: 10n }, { nothing: null }])
      askfirst.track('signup', bad);
    askfirst.track('signup', {
      get plan() {
        throw new Error('a getter');
      },
    });
    for (const name of ['', 'a\u0000b', 'a\nb', 'x'.repeat(65), undefined, 7, Symbol('s'), {}]) askfirst.track(name);
    askfirst.track('signup', { plan: undefined });
    askfirst.track('download', { plan: 'pro' });
  });
  await set.front.arrived(8);
  const events = set.front.hits.flatMap(({ event }) => (event ? [[event.name, event.props]] : []));
  // What is wrong with a property drops the property; what cannot be read drops the event.
  assert.deepEqual(events, [...Array(6).fill(['signup', undefined]), ['download', { plan: 'pro' }]]);
  assert.deepEqual(visitor.errors, []);
  assert.equal(visitor.warnings.filter((line) => line.includes('property dropped')).length, 1);
  assert.equal(visitor.warnings.filter((line) => line.includes('event dropped')).length, 1);
  assert.ok(visitor.warnings.length <= 4, visitor.warnings.join('\n'));
  assert.deepEqual(await set.collector.views('event'), { signup: 6, download: 1 });
});

everywhere('calls with anything throw nothing into the page', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  const thrown = await visitor.page.evaluate(() => {
    const { askfirst } = /** @type {any} */ (window);
    const values = [
      undefined,
      null,
      0,
      NaN,
      '',
      'x'.repeat(1000),
      {},
      [],
      Symbol('s'),
      () => 1,
      10n,
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('trap');
          },
          ownKeys: () => {
            throw new Error('trap');
          },
        },
      ),
    ];
    const thrown = [];
    const names = ['init', 'track', 'page', 'identify', 'reset', 'sent'];
    for (const value of values) {
      for (const name of names) {
        for (const call of [
          () => askfirst[name](value, value),
          () => askfirst(name, value, value),
          () => askfirst(String(typeof value), value),
        ]) {
          try {
            call();
          } catch (error) {
            thrown.push(`${name}(${typeof value}): ${error}`);
          }
        }
      }
      for (const name of ['status', 'show', 'grant', 'deny', 'withdraw']) {
        try {
          askfirst.consent[name](value);
        } catch (error) {
          thrown.push(`consent.${name}(${typeof value}): ${error}`);
        }
      }
    }
    return thrown;
  });
  assert.deepEqual(thrown, []);
  assert.deepEqual(visitor.errors, []);
  await visitor.open(set.page('/'));
  await visitor.page.click('#own');
});
