// What a page says where its address has `?askfirst-debug`: each trouble is made, in a real browser, and told with what to do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/run.mjs';
import { everywhere, test } from './lib/browsers.mjs';
import { quiet, stage, until } from './lib/stage.mjs';
import { isScript, WITHOUT_WASM } from './lib/wasm.mjs';

/** @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

const ASKING = '/?askfirst-debug';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What the panel says, by verdict, and its table; nothing where there is none. @param {Visitor} visitor */
const panel = (visitor) =>
  visitor.page.evaluate(() => {
    const panel = document.querySelector('askfirst-debug')?.shadowRoot;
    if (!panel) return undefined;
    /** @param {string} verdict */
    const lines = (verdict) => Array.from(panel.querySelectorAll(`li.${verdict}`), (line) => line.textContent ?? '');
    const terms = Array.from(panel.querySelectorAll('dt'), (term) => [term.textContent, term.nextElementSibling?.textContent]);
    return {
      error: lines('error'),
      warning: lines('warning'),
      ok: lines('ok'),
      summary: panel.querySelector('[role=status]')?.textContent,
      facts: Object.fromEntries(terms),
      sent: panel.querySelector('pre')?.textContent ?? '',
    };
  });

/** Waits until the panel says that, and returns all that it says. @param {Visitor} visitor @param {'error' | 'warning' | 'ok'} verdict @param {RegExp} what */
async function says(visitor, verdict, what) {
  /** @type {Awaited<ReturnType<typeof panel>>} */
  let said;
  const holds = async () => (said = await panel(visitor))?.[verdict].some((line) => what.test(line));
  await until(holds, `${verdict}: ${what}`).catch((error) => assert.fail(`${error.message}; it says ${JSON.stringify(said)}`));
  return /** @type {NonNullable<typeof said>} */ (said);
}

/** A visitor who has opened the page and looks at what it says. @param {import('./lib/stage.mjs').Stage} set @param {boolean} runs */
async function looks(set, runs = true, address = set.page(ASKING)) {
  const visitor = await set.visitor();
  await visitor.open(address, { runs });
  return visitor;
}

test('where all is well it says so: site, level and why, what runs, what was sent', async (t) => {
  const set = await stage(t);
  const visitor = await looks(set);
  await says(visitor, 'ok', /messages that the collector accepted: 1/);
  const said = await says(visitor, 'ok', /clock and this one agree/);
  assert.deepEqual(said.error, []);
  assert.equal(said.facts.Site, 'shop.example');
  assert.equal(said.facts.Collector, `${set.front.origin}, ${version}`);
  assert.equal(said.facts.Script, `${version}, by script tag`);
  assert.match(said.facts.Level, /^aggregated .*the visitor has not answered yet$/);
  assert.match(said.facts['Runs as'], WITHOUT_WASM ? /^plain JavaScript/ : /^WebAssembly$/);
  assert.match(said.sent, /^\/collect aggregated 202\n[^]*"site": "shop.example"/);
  assert.ok(said.ok.some((line) => /knows the site "shop.example", up to full/.test(line)));
  await visitor.click('accept');
  await until(async () => /^anonymous .*accepted$/.test((await panel(visitor))?.facts.Level), 'the level after a yes');
  assert.deepEqual(visitor.errors, []);
});

test('nobody who does not ask for it loads it, and it stores nothing and sends nothing of its own', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await quiet();
  const ordinary = set.front.posts.map(({ body }) => body.replace(/"batch":"\w+"/, ''));
  assert.ok(!visitor.requests.some((address) => /debug|well-known/.test(address)));
  assert.equal(await panel(visitor), undefined);
  set.front.messages.length = 0;
  const owner = await looks(set);
  await says(owner, 'ok', /knows the site/);
  await quiet();
  assert.deepEqual(
    set.front.posts.map(({ body }) => body.replace(/"batch":"\w+"/, '')),
    ordinary,
    'messages are what they always are',
  );
  const asked = set.front.messages.filter(({ path }) => path === '/.well-known/askfirst.json');
  assert.equal(asked.length, 1);
  for (const { headers, body } of asked) assert.deepEqual([headers.cookie, headers.referer, body], [undefined, undefined, '']);
  assert.deepEqual(await owner.device(), {}, 'nothing is stored');
});

everywhere('a policy that forbids the endpoint: the directive is named', async (t) => {
  const set = await stage(t);
  set.site.headers['content-security-policy'] = "connect-src 'self'";
  const visitor = await looks(set);
  const said = await says(visitor, 'error', /connect-src forbids http/);
  assert.ok(said.error.some((line) => line.endsWith(`→ add ${set.front.origin} to connect-src`)));
  assert.ok(!said.error.some((line) => /no collector answers/.test(line)), 'one cause, told once');
});

everywhere('a policy that forbids WebAssembly: what runs instead, and what to add', async (t) => {
  if (WITHOUT_WASM) return t.skip('without a compiler there is nothing to forbid');
  const set = await stage(t);
  set.site.headers['content-security-policy'] = `script-src 'self' ${set.front.origin}`;
  const visitor = await looks(set);
  await says(visitor, 'warning', /forbids WebAssembly.*add 'wasm-unsafe-eval' to script-src/);
  // What is forbidden is known before what runs instead is loaded.
  const runs = async () => /plain JavaScript: the content security policy/.test((await panel(visitor))?.facts['Runs as']);
  await until(runs, 'what runs instead');
});

test('a module that was broken on its way', async (t) => {
  if (WITHOUT_WASM) return t.skip('there is no module to break');
  const set = await stage(t);
  const script = await (await fetch(set.own('/askfirst.js'))).arrayBuffer();
  set.front.instead = ({ path }) => (path === '/askfirst.js' ? Buffer.from(script).toString('latin1') : undefined);
  await says(await looks(set), 'warning', /WebAssembly in the script could not be read.*charset=utf-8/);
});

test('a site that the collector does not know: by its answer, and where nothing is sent that it could answer', async (t) => {
  const set = await stage(t, { 'data-site': 'shpo.example' });
  const visitor = await looks(set);
  const said = await says(visitor, 'error', /\/collect was answered 404, unknown_site.*\[\[site\]\]/);
  assert.equal(said.error.length, 1, 'one cause, told once');
  set.site.attributes['data-before-choice'] = 'nothing';
  await says(await looks(set), 'error', /does not know the site "shpo.example"/);
});

test('a ceiling above the collector’s', async (t) => {
  const set = await stage(t, { 'data-site': 'small.example', 'data-level': 'full' });
  await says(await looks(set), 'error', /ceiling is full, the collector's anonymous.*data-level="anonymous"/);
});

test('a collector that is down', async (t) => {
  const set = await stage(t);
  set.front.instead = (message) => (isScript(message) || message.path === '/askfirst-debug.js' ? undefined : 0);
  const said = await says(await looks(set), 'error', /no collector answers at http/);
  assert.match(said.summary ?? '', /^1 error, /);
});

test('a server that is no collector', async (t) => {
  const set = await stage(t);
  set.front.instead = (message) => (isScript(message) || message.path === '/askfirst-debug.js' ? undefined : 404);
  await says(await looks(set), 'error', /\/collect was answered 404, but not by a collector.*proxy/);
});

test('a clock that is apart', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.context.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() + 3_600_000;
  });
  await visitor.open(set.page(ASKING));
  await says(visitor, 'warning', /clock is 3[56]\d\d seconds behind/);
});

test('a tag that stands there twice', async (t) => {
  const set = await stage(t);
  set.site.head = `<script defer src="${set.front.origin}/askfirst.js" data-site="shop.example" data-local="on"></script>`;
  await says(await looks(set), 'error', /started 2 times.*keep one/);
});

test('options that are not understood, and pages of this machine', async (t) => {
  const set = await stage(t, { 'data-levle': 'full' });
  const said = await says(await looks(set, false), 'error', /data-levle; did you mean data-level/);
  assert.ok(said.error.some((line) => /does not run on this page/.test(line)));
  const other = await stage(t, { 'data-local': 'off' });
  await says(await looks(other, false), 'error', /off on this machine/);
});

test('a signal is named as what it is', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }));
  await visitor.open(set.page(ASKING));
  await says(visitor, 'ok', /accepted/);
  assert.match((await panel(visitor))?.facts.Level, /Global Privacy Control/);
});

test('pages that are not counted, and events that are not declared', async (t) => {
  const set = await stage(t, { 'data-exclude': '/admin/**' });
  await says(await looks(set, true, set.page('/admin/users?askfirst-debug')), 'warning', /not counted.*data-exclude/);
  const visitor = await looks(set);
  await visitor.track('undeclared');
  await says(visitor, 'warning', /not declared at the collector, .*undeclared/);
});

test('it goes away when it is told to', async (t) => {
  const set = await stage(t);
  const visitor = await looks(set);
  await says(visitor, 'ok', /accepted/);
  await visitor.page.evaluate(() => document.querySelector('askfirst-debug')?.shadowRoot?.querySelector('button')?.click());
  // It is drawn anew twice a second.
  await quiet(1_200);
  assert.equal(await panel(visitor), undefined);
});
