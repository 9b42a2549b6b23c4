// Pages that are held to a build by its hash, with the tag that the collector prints: what is not that build does not run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { collector as program } from '../../scripts/lib/collector.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { everywhere } from './lib/browsers.mjs';
import { preferences } from './lib/preferences.mjs';
import { quiet, stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/stage.mjs').Stage} Stage @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

/** What `askfirst-collector tag --pinned` prints, for pages of this machine. @param {Stage} set @param {...string} more */
function printed(set, ...more) {
  const places = ['--config', join(set.collector.directory, 'askfirst.toml'), '--assets', join(root, 'dist')];
  const tag = execFileSync(program, ['tag', '--site', 'shop.example', '--endpoint', set.front.origin, '--pinned', ...places, ...more], {
    encoding: 'utf8',
  });
  const options = 'data-local="on" data-lang="de" data-capture="links"';
  return tag.replace(' data-site=', ` ${options} data-site=`);
}

/** @param {Stage} set */
const loaded = (set) => set.front.messages.filter(({ method }) => method === 'GET').map(({ path }) => path);

/** The folder of the build that the collector says it serves. @param {Stage} set @returns {Promise<string>} */
const folder = async (set) => (await (await fetch(`${set.collector.public}/.well-known/askfirst.json`)).json()).script.folder;

/** The page behaves as if the script were not there. @param {Stage} set @param {Visitor} visitor */
async function whole(set, visitor) {
  await visitor.page.click('#own');
  await quiet(500);
  assert.deepEqual(await visitor.page.evaluate(() => window.marks), ['load', 'click']);
  assert.deepEqual(visitor.errors, []);
  assert.equal(await visitor.banner(), undefined);
  assert.deepEqual(set.front.posts, []);
  assert.deepEqual(await visitor.device(), {});
}

everywhere('a page of another origin that is held to a build asks and counts, and whatever it loads is of that build', async (t) => {
  const set = await stage(t);
  set.site.tag = printed(set);
  assert.match(set.site.tag, /integrity="sha384-[^"]{64}"\s+crossorigin="anonymous"/);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await until(async () => (await visitor.banner()) === 'asking', 'the question');
  assert.match(await visitor.page.innerText('askfirst-consent'), /Dürfen wir/);
  await preferences(visitor.page);
  await until(async () => (await set.collector.views('page'))['/'], 'the page view');
  const paths = loaded(set);
  for (const name of ['askfirst.js', 'askfirst-capture.js', 'askfirst-texts/de.json', 'askfirst-preferences.js'])
    assert.ok(paths.includes(`${await folder(set)}${name}`), `${name} is not in ${paths.join(', ')}`);
  assert.deepEqual(
    paths.filter((path) => !path.startsWith('/v/')),
    [],
  );
  assert.deepEqual(visitor.warnings, []);
});

everywhere('where WebAssembly is forbidden, the module as plain JavaScript is of that build too', async (t) => {
  const set = await stage(t);
  set.site.tag = printed(set);
  set.site.headers['content-security-policy'] = `script-src 'self' ${set.front.origin}`;
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  assert.ok(loaded(set).includes(`${await folder(set)}askfirst-plain.js`), loaded(set).join());
});

everywhere('with a hash that is not that of the script nothing runs, and the page goes on', async (t) => {
  const set = await stage(t);
  const other = createHash('sha384').update('another').digest('base64');
  set.site.tag = printed(set).replace(/(?<=integrity="sha384-)[^"]+/, other);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'), { runs: false });
  await until(() => loaded(set).some((path) => path.endsWith('/askfirst.js')), 'the script was asked for');
  await until(() => visitor.console.some((line) => /integrity/i.test(line)), 'the browser says why');
  await whole(set, visitor);
});

everywhere('where the collector has that build no more nothing runs, and the page goes on', async (t) => {
  const set = await stage(t);
  set.site.tag = printed(set).replace(/\/v\/\w+\//, '/v/0123456789abcdef/');
  const visitor = await set.visitor();
  await visitor.open(set.page('/'), { runs: false });
  await until(() => set.front.messages.some(({ status }) => status === 404), 'it is not there');
  await whole(set, visitor);
});

everywhere('an import map holds what is loaded later to its hash as well', async (t) => {
  const set = await stage(t);
  const map = printed(set, '--import-map');
  /** @param {string} tag its map may stand in the page, and nothing else in line */
  const policy = (tag) => {
    const [, text = ''] = /<script type="importmap">([^]*?)<\/script>/.exec(tag) ?? [];
    return `script-src 'self' 'wasm-unsafe-eval' ${set.front.origin} 'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  set.site.tag = map;
  set.site.headers['content-security-policy'] = policy(map);
  const visitor = await set.visitor();
  await visitor.open(set.page('/'));
  await until(async () => (await visitor.banner()) === 'asking', 'the question');
  await preferences(visitor.page);
  assert.deepEqual(visitor.warnings, []);

  const wrong = map.replace(/(askfirst-preferences\.js": "sha384-)[^"]+/, `$1${createHash('sha384').update('another').digest('base64')}`);
  assert.notEqual(wrong, map);
  set.site.tag = wrong;
  set.site.headers['content-security-policy'] = policy(wrong);
  const other = await set.visitor();
  await other.open(set.page('/'));
  await until(async () => (await other.banner()) === 'asking', 'the question');
  await other.click('settings');
  await until(() => other.warnings.some((line) => line.includes('askfirst failed: preferences')), 'what did not run is told');
  assert.equal(await other.page.evaluate(() => document.querySelector('askfirst-preferences')), null);
  assert.deepEqual(other.errors, []);
  await other.click('reject');
  assert.equal((await other.status()).state, 'denied', 'the rest of it works');
});
