// Promise 3: what is not in the inventory at a level is not sent, and what the snippet must not read it does not hold.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/lib/run.mjs';
import { everywhere } from './lib/browsers.mjs';
import { stage, until } from './lib/stage.mjs';

const LEVELS = ['none', 'aggregated', 'anonymous', 'full'];

/**
 * @typedef {object} Inventory
 * @property {{ id: string, level: string, wire: string[] }[]} field
 * @property {{ api: string[], why: string }[]} refused
 */

/** @param {string} origin @returns {Promise<Inventory>} */
const inventory = async (origin) => /** @type {any} */ (await (await fetch(`${origin}/.well-known/askfirst.json`)).json());

/**
 * The places of a message that hold a value: lists are not told, nor are the names of properties.
 * @param {any} value
 * @param {string} place
 * @returns {string[]}
 */
function places(value, place) {
  if (Array.isArray(value)) return value.flatMap((item) => places(item, place));
  if (Object(value) !== value || place.endsWith('.props')) return [place];
  return Object.entries(value).flatMap(([name, inner]) => places(inner, `${place}.${name}`));
}

everywhere('every byte on the wire stands in the inventory at its level, and every place of the inventory was seen', async (t) => {
  const set = await stage(t, { 'data-level': 'full' });
  const visitor = await set.visitor();
  const props = { plan: 'pro', seats: 3 };
  // Aggregated: from elsewhere, by a campaign, with an event, and a refusal.
  await visitor.come(set.elsewhere('/news.html'), set.page('/a?utm_source=letter&utm_medium=mail&utm_campaign=spring&utm_term=x&gclid=y'));
  await visitor.track('signup', props);
  await visitor.page.evaluate(() => history.pushState(null, '', '/b?q=1#f'));
  await visitor.click('reject');
  // Anonymous: a grant, views before and after a change of path, an event.
  await visitor.choose('anonymous');
  await visitor.page.evaluate(() => history.pushState(null, '', '/c'));
  await visitor.track('download', props);
  await visitor.come(set.elsewhere('/news.html'), set.page('/d?utm_source=letter&utm_medium=mail&utm_campaign=spring'));
  // Full: somebody, with views and events; then the end of it.
  assert.equal(await visitor.page.evaluate(() => window.askfirst.consent.grant('full')), true);
  await visitor.page.evaluate(() => window.askfirst.identify('customer-7'));
  await visitor.track('signup', props);
  await visitor.come(set.elsewhere('/news.html'), set.page('/e?utm_source=letter&utm_medium=mail&utm_campaign=spring'));
  await visitor.page.evaluate(() => history.pushState(null, '', '/f'));
  await until(() => set.front.hits.some(({ view }) => view?.page === '/f'), 'the last view');
  // What is held, asked for by whoever it is about.
  await visitor.click('manage');
  await visitor.page.click('askfirst-preferences [part~=receipt]');
  await until(() => set.front.bodies('/mydata').length === 1, 'the request');
  await visitor.page.keyboard.press('Escape');
  await visitor.page.evaluate(() => window.askfirst.forget());
  await until(() => set.front.bodies('/forget').length === 1, 'the request to erase');
  // A collector that is away for longer than the page remembers; a browser that says no, and a page that is left at once.
  set.front.instead = ({ path }) => (path === '/collect' ? 503 : undefined);
  const before = set.front.posts.length;
  await visitor.page.evaluate(() => {
    for (let index = 0; index < 700; index += 1) window.askfirst.track('signup');
  });
  await until(() => set.front.posts.length > before, 'a try');
  set.front.instead = undefined;
  await visitor.track('signup');
  await until(() => set.front.bodies('/collect').some(({ dropped }) => dropped > 0), 'the number of what was dropped');
  const other = await set.visitor();
  await other.context.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
  await other.open(set.page('/g'));
  await other.track('signup');
  await other.open(set.page('/h'));
  await until(() => set.front.bodies('/collect').some(({ signal }) => signal), 'the signal');
  await until(() => set.front.hits.some(({ view }) => view?.page === '/h'), 'the last view');
  await until(() => set.front.posts.at(-1)?.status, 'its answer');

  const { field } = await inventory(set.collector.public);
  /** @type {Map<string, number>} */
  const lowest = new Map(field.flatMap(({ level, wire }) => wire.map((place) => [place, LEVELS.indexOf(level)])));
  const seen = new Set();
  for (const { path, body, status } of set.front.posts) {
    // None where the test answered in the collector's place.
    if (status) assert.ok(status < 300, `${path} ${status}: ${body}`);
    const message = JSON.parse(body);
    const level = LEVELS.indexOf(message.level ?? 'anonymous');
    for (const place of places(message, path.slice(1))) {
      const from = lowest.get(place);
      assert.ok(from !== undefined, `${place} stands in no field of the inventory`);
      assert.ok(from <= level, `${place} was sent at ${LEVELS[level]}, below its level`);
      seen.add(place);
    }
  }
  assert.deepEqual([...lowest.keys()].filter((place) => !seen.has(place)).sort(), [], 'places that this session did not see');
  const levels = new Set(set.front.bodies('/collect').map(({ level }) => level));
  assert.deepEqual([...levels].sort(), ['aggregated', 'anonymous', 'full']);
});

everywhere('what askfirst.sent() shows is what was sent, byte for byte', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await visitor.track('signup', { plan: 'pro' });
  await visitor.click('accept');
  await visitor.track('download');
  await until(() => set.front.hits.some(({ event }) => event?.name === 'download'), 'the last event');
  await until(async () => (await visitor.sent()).every(({ answer }) => answer), 'answers to all');
  const shown = await visitor.sent();
  assert.deepEqual(
    shown.map(({ path, body, answer }) => [path, JSON.stringify(body), answer]),
    set.front.posts.map(({ path, body, status }) => [path, body, status]),
  );
});

everywhere('the snippet holds none of the calls that the inventory refuses', async (t) => {
  const set = await stage(t);
  const { refused } = await inventory(set.collector.public);
  assert.ok(refused.length > 5);
  for (const file of readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.js'))) {
    // One byte, one character: the module's strings stand in the script as they are.
    const script = readFileSync(join(root, 'dist', file), 'utf8');
    for (const { api, why } of refused) {
      for (const name of api) {
        // web-vitals takes the first key for the end of loading, not for what it is.
        if (file === 'askfirst-vitals.js' && name === 'keydown') continue;
        assert.ok(!script.includes(name), `${file} holds ${name}: ${why}`);
      }
    }
  }
});
