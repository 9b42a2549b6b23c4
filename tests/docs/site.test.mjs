// The documentation site, as npm run docs makes it: whole, without a link that leads nowhere, and readable for everybody.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { FLAGS, knownBrowser } from '../../scripts/lib/browser.mjs';
import { root } from '../../scripts/lib/run.mjs';
import { buildSite } from '../../scripts/lib/site/build.mjs';
import { brokenLinks } from '../../scripts/lib/site/links.mjs';

const site = mkdtempSync(join(tmpdir(), 'askfirst-docs-'));
before(() => buildSite(site));
after(() => rmSync(site, { recursive: true, force: true }));

/** @param {string} file */
const page = (file) => readFileSync(join(site, file), 'utf8');

test('every link and every anchor leads somewhere', () => assert.deepEqual(brokenLinks(site), []));

test('a link that leads nowhere is found, and so are an anchor that is not there and a picture that is missing', () => {
  const file = join(site, 'broken.html');
  writeFileSync(
    file,
    '<p id="a"></p><p id="b"></p><p id="b"></p><a href="gone.html">1</a> <a href="#a">2</a> <a class="x" href="#none">3</a> ' +
      '<a href="install.html#nowhere">4</a> <a href="install.html#options">5</a> <img src="images/gone.png"> <a href="https://elsewhere.example">6</a>',
  );
  try {
    assert.deepEqual(
      brokenLinks(site),
      ['two anchors #b', 'gone.html', '#none', 'install.html#nowhere', 'images/gone.png'].map((link) => `broken.html: ${link}`),
    );
  } finally {
    rmSync(file);
  }
});

test('every Markdown file of docs/ is a page, and every page leads to every other', () => {
  const sources = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const files = readdirSync(site).filter((name) => name.endsWith('.html'));
  for (const name of sources) assert.ok(files.includes(`${name.replace(/\.md$/, '').replaceAll('/', '-').toLowerCase()}.html`), name);
  for (const file of files) for (const other of files) assert.ok(page(file).includes(`href="${other}"`), `${file} leads to ${other}`);
});

test('a page asks nobody else for anything, and runs nothing', () => {
  for (const file of readdirSync(site).filter((name) => name.endsWith('.html'))) {
    assert.doesNotMatch(page(file), /<script|<iframe|\bon\w+="|<(img|link)\b[^>]*(src|href)="(https?:)?\/\//, file);
  }
});

test('axe-core finds no barrier and nothing is wider than the window, by day and by night, on a phone and on a desk', async () => {
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const browser = await chromium.launch({ executablePath: await knownBrowser(), args: FLAGS });
  try {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      for (const viewport of [
        { width: 360, height: 740 },
        { width: 1440, height: 900 },
      ]) {
        // The page's own policy would keep axe-core out as well.
        const context = await browser.newContext({ colorScheme, viewport, bypassCSP: true });
        const tab = await context.newPage();
        for (const file of ['index.html', 'install.html', 'configure.html', 'pictures.html', 'benchmarks.html', 'architecture.html']) {
          await tab.goto(pathToFileURL(join(site, file)).href);
          const where = `${file}, ${colorScheme}, ${viewport.width}`;
          assert.ok((await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `${where}: too wide`);
          await tab.evaluate(axe);
          const found = await tab.evaluate(async () => (await /** @type {any} */ (window).axe.run()).violations);
          assert.deepEqual(
            found.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes[0].html}`),
            [],
            where,
          );
        }
        await context.close();
      }
    }
  } finally {
    await browser.close();
  }
});
