// The page of the demo that makes a tag: it knows every option, and what it writes runs: in a page, in TypeScript, at a collector.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import ts from 'typescript';
import { COLLECTOR, LOADING, OPTIONS } from '../../www/demo/tag/options.js';
import { initCall, remarks, scriptTag, siteBlock } from '../../www/demo/tag/write.js';
import { collector as program } from '../../scripts/lib/collector.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { inChromium, test } from './lib/browsers.mjs';
import { stage, until } from './lib/stage.mjs';

/** @typedef {Record<string, string>} Values */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const types = join(root, 'www', 'types.d.ts');
/** What says that it is a program is counted apart. */
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
/** The options of the types, each with the words that it may be, if these are all. */
function typed() {
  const program = ts.createProgram([types], { strict: true, skipLibCheck: true, types: [] });
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(types);
  const found = file?.statements.find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'Options');
  assert.ok(found);
  return new Map(
    checker
      .getTypeAtLocation(found)
      .getProperties()
      .map((property) => {
        const type = checker.getNonNullableType(checker.getTypeOfSymbol(property));
        const words = type.isUnion() ? type.types.flatMap((each) => (each.isStringLiteral() ? [each.value] : ['?'])) : ['?'];
        return [property.name, words.includes('?') ? [] : words.sort()];
      }),
  );
}

inChromium('it knows every option, with every value', async () => {
  const real = typed();
  assert.ok(real.size > 20);
  assert.deepEqual(OPTIONS.map(({ name }) => name).sort(), [...real.keys()].sort());
  const facts = readFileSync(join(root, 'www', 'facts.ts'), 'utf8');
  for (const { name, kind, values = [] } of OPTIONS) {
    if (kind === 'words') {
      const all = /export const CAPTURE = \[([^\]]+)\]/.exec(facts)?.[1]?.match(/\w+/g);
      assert.deepEqual(['all', ...values], all, name);
      continue;
    }
    assert.deepEqual(values.filter(Boolean).sort(), real.get(name), name);
    // Where the script has them in an order of its own.
    const order = new RegExp(`^  ${name}: '(\\S+)'`, 'm').exec(facts)?.[1]?.split('|');
    if (order) assert.deepEqual(values.filter(Boolean).sort(), order.sort(), name);
  }
});

/** Something for each option, none of it a default. @type {Values} */
const EVERYTHING = {
  site: 'shop.example',
  policy: '/privacy?a="b"&c=<d>',
  level: 'full',
  beforeChoice: 'nothing',
  audience: 'children',
  banner: 'manual',
  placement: 'bottom',
  lang: 'de',
  controller: 'Ada\'s "Shop"',
  recipients: 'Acme, Other',
  policyNumber: '7',
  texts: '{ "question": "May {site}?", "title": "It\'s <b>" }',
  adapter: 'tcf',
  capture: 'links forms',
  downloads: 'pdf zip',
  routes: 'hash',
  canonical: 'on',
  paths: '/users/:id',
  exclude: '/admin/**',
  beforeSend: 'hook',
  cookieDomain: 'shop.example',
  idCookie: 'collector',
  local: 'on',
  events: 'signup, download',
  props: 'plan: free pro\nfile size = big small',
  pin: 'all',
};

inChromium('what is written is what was chosen, and nothing that was not', async () => {
  assert.equal(scriptTag({}), '<script defer src="https://stats.example.org/askfirst.js"\n        data-site="example.org"></script>');
  assert.equal(scriptTag({ level: 'anonymous', banner: 'auto', adapter: '' }), scriptTag({}));
  for (const [name, value] of Object.entries(EVERYTHING).filter(([name]) => OPTIONS.some((option) => option.name === name))) {
    const made = scriptTag({ [name]: value });
    assert.ok(made.includes('/askfirst.js"'), `${name}: there is one script`);
    const attribute = `data-${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}=`;
    assert.ok(made.includes(attribute), `${name}: ${made}`);
  }
  assert.match(
    scriptTag({ endpoint: 'https://example.org/stats/' }),
    /src="https:\/\/example\.org\/stats\/askfirst\.js"\n\s+data-site="example\.org"\n\s+data-endpoint="https:\/\/example\.org\/stats\/"/,
  );
  const missing = OPTIONS.filter(({ name }) => name !== 'endpoint' && !EVERYTHING[name]);
  assert.deepEqual(missing, []);
  for (const { name } of [...COLLECTOR, ...LOADING]) assert.ok(EVERYTHING[name], name);
  assert.ok(remarks(EVERYTHING).length > 2);
  assert.deepEqual(remarks({ site: 'x', endpoint: 'https://x.example' }), []);
});

inChromium('the call of init fits the types', async () => {
  for (const values of [{}, { ...EVERYTHING, endpoint: 'https://stats.example.org' }]) {
    const name = join(root, 'www', 'made-by-the-form.ts');
    const text = initCall(values).replace("'askfirst'", "'./npm'") + '\ndeclare function hook(hit: Record<string, unknown>): null;\n';
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
    };
    const host = ts.createCompilerHost(options);
    const { getSourceFile, fileExists } = host;
    host.getSourceFile = (file, ...rest) =>
      file === name ? ts.createSourceFile(file, text, ts.ScriptTarget.ES2023) : getSourceFile(file, ...rest);
    host.fileExists = (file) => file === name || fileExists(file);
    const program = ts.createProgram([name], options, host);
    const made = program.getSourceFile(name);
    const wrong = [...program.getSyntacticDiagnostics(made), ...program.getSemanticDiagnostics(made)];
    assert.deepEqual(
      wrong.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
      [],
      text,
    );
  }
});

inChromium('the collector takes the block', async (t) => {
  const set = await stage(t);
  const config = join(set.collector.directory, 'askfirst.toml');
  const blocks = [
    {},
    EVERYTHING,
    { ...EVERYTHING, site: 'other.example', audience: '', policy: 'https://other.example/privacy', cookieDomain: '' },
  ];
  writeFileSync(config, blocks.map(siteBlock).join('\n\n').replaceAll('k = 10', 'k = 1'));
  await set.collector.end('SIGTERM');
  await set.collector.start();
  for (const [index, site] of ['example.org', 'shop.example', 'other.example'].entries()) {
    const body = JSON.stringify({
      v: 2,
      site,
      level: 'aggregated',
      batch: `${index}`.repeat(16),
      hits: [{ event: { name: 'signup', page: '/', props: { plan: 'pro' } } }],
    });
    const answer = await fetch(`${set.collector.public}/collect`, { method: 'POST', body, headers: { 'user-agent': AGENT } });
    assert.equal(answer.status, 202, `${site}: ${await answer.text()}`);
  }
  // Declared, so it is counted by its name.
  for (const site of ['example.org', 'shop.example']) {
    const counted = Object.keys(await set.collector.views('event', { site }));
    assert.deepEqual(counted, [site === 'example.org' ? '(other)' : 'signup'], site);
  }
});

test('a tag that was made in the form runs in a page as it was chosen', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.own('/demo/tag/'));
  await page.evaluate(
    (/** @type {Values} */ values) => {
      for (const [name, value] of Object.entries(values)) {
        const all = [...document.querySelectorAll(`form.maker [name="${name}"]`)];
        const control = all.find((each) => !each.matches('[type=checkbox]') || each.getAttribute('value') === value);
        if (control instanceof HTMLInputElement && control.type === 'checkbox') control.checked = true;
        else /** @type {HTMLInputElement} */ (control).value = value;
        control?.dispatchEvent(new Event('input', { bubbles: true }));
      }
    },
    {
      site: 'shop.example',
      endpoint: set.front.origin,
      placement: 'bottom',
      lang: 'de',
      capture: 'links',
      local: 'on',
      texts: '{"title":"Dürfen wir \\"fragen\\"?"}',
    },
  );
  const made = await page.evaluate(() => {
    const text = document.getElementById('tag')?.textContent ?? '';
    const script = new DOMParser().parseFromString(text, 'text/html').querySelector('script');
    return {
      text,
      src: script?.getAttribute('src'),
      data: Object.fromEntries(
        Array.from(script?.attributes ?? [], ({ name, value }) => [name, value]).filter(([name]) => name?.startsWith('data-')),
      ),
    };
  });
  assert.equal(made.src, `${set.front.origin}/askfirst.js`);
  assert.deepEqual(Object.keys(made.data).sort(), ['data-capture', 'data-lang', 'data-local', 'data-placement', 'data-site', 'data-texts']);
  set.site.tag = made.text;
  const owner = await set.visitor();
  const shop = await owner.open(set.page('/'));
  // Its language is a file of its own.
  await until(async () => (await owner.banner()) === 'asking', 'the question');
  assert.equal(await shop.evaluate(() => document.querySelector('askfirst-consent h2')?.textContent), 'Dürfen wir "fragen"?');
  assert.deepEqual(owner.console, []);
  const loaded = owner.requests
    .map((address) => new URL(address).pathname)
    .filter((path) => path.includes('askfirst') && !path.includes('plain'));
  assert.deepEqual(
    loaded.sort(),
    ['/askfirst-capture.js', '/askfirst-options.js', '/askfirst-texts/de.json', '/askfirst.js'],
    'nothing but what the options ask for',
  );
  assert.deepEqual(visitor.errors, []);
});

test('a tag that holds the page to the build of this collector is the one that the collector prints', async (t) => {
  const set = await stage(t);
  const visitor = await set.visitor();
  const page = await visitor.open(set.own('/demo/tag/'));
  /** @param {string} pin */
  const made = (pin) =>
    page.evaluate(
      (/** @type {Values} */ values) => {
        for (const [name, value] of Object.entries(values)) {
          const control = /** @type {HTMLInputElement} */ (document.querySelector(`form.maker [name="${name}"]`));
          control.value = value;
          control.dispatchEvent(new Event('input', { bubbles: true }));
        }
        return document.getElementById('tag')?.textContent;
      },
      { site: 'shop.example', endpoint: set.front.origin, pin },
    );
  await until(async () => (await made('script'))?.includes('integrity'), 'the collector has told its hashes');
  /** @param {...string} more */
  const printed = (...more) => {
    const places = ['--config', join(set.collector.directory, 'askfirst.toml'), '--assets', join(root, 'dist')];
    const args = ['tag', '--site', 'shop.example', '--endpoint', set.front.origin, ...places, ...more];
    return execFileSync(program, args, { encoding: 'utf8' }).trim();
  };
  assert.equal(await made('off'), printed());
  assert.equal(await made('script'), printed('--pinned'));
  assert.equal(await made('all'), printed('--pinned', '--import-map'));
  assert.match(await page.innerText('.remarks'), /one import map/);
  assert.deepEqual(visitor.errors, []);
});

test('axe-core finds no barrier in the form, and nothing is wider than the window, by day and by night, on a phone and on a desk', async (t) => {
  const set = await stage(t);
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const viewport of [
      { width: 360, height: 740 },
      { width: 1440, height: 900 },
    ]) {
      const visitor = await set.visitor({ colorScheme, viewport });
      await visitor.context.addInitScript(axe);
      const page = await visitor.open(set.own('/demo/tag/'));
      const found = await page.evaluate(async () => {
        for (const details of document.querySelectorAll('details')) details.open = true;
        const { violations, passes } = await /** @type {any} */ (window).axe.run('main');
        const wide = document.documentElement.scrollWidth - innerWidth;
        return { wide, passes: passes.length, violations: violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes[0].html}`) };
      });
      assert.ok(found.passes > 10);
      assert.deepEqual(
        { wide: Math.max(0, found.wide), violations: found.violations },
        { wide: 0, violations: [] },
        `${colorScheme}, ${viewport.width}`,
      );
    }
  }
});
