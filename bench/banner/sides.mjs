// The pages that are measured: the same HTML for all but for the tags.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root } from '../../scripts/lib/run.mjs';
import { CONFIG } from '../lib/cookieconsent.mjs';
import { html, script, serve, style } from '../lib/server.mjs';

/** @typedef {import('../lib/load.mjs').Page & { banner: string, version: string, files: string[] }} Side with the files that the banner needs */

const theirs = join(root, 'node_modules', 'vanilla-cookieconsent');
/** @param {string} path */
const read = (path) => readFileSync(path, 'utf8');
/** @param {string} folder */
const versionOf = (folder) => JSON.parse(read(join(folder, 'package.json'))).version;

/** A page with some text, and the tags. @param {string} head @param {string} [end] */
const page = (head, end = '') => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>A garden's journal</title>
    <link rel="icon" href="data:," />
    <style>body { max-width: 40em; margin: 2em auto; padding: 0 1em; font: 18px/1.6 system-ui, sans-serif }</style>
    ${head}
  </head>
  <body>
    <h1>The first frost came early this year, and the beans were not in yet</h1>
    ${'<p>What is left in the beds after the first cold night tells how the autumn will go on.</p>\n    '.repeat(12)}
    ${end}
  </body>
</html>
`;

/** What a banner is without a script: an element of the page. */
const element = `<section id="in-the-page" style="position: fixed; inset: auto auto 16px 16px; width: 384px; padding: 20px; background: Canvas; border: 1px solid">
      <h2>${CONFIG.language.translations.en.consentModal.title}</h2>
      <p>${CONFIG.language.translations.en.consentModal.description}</p>
      <button>Reject</button> <button>Accept</button>
    </section>`;

const banner = '#cc-main .cm';
const [sheet, umd, config] = ['/theirs/cookieconsent.css', '/theirs/cookieconsent.umd.js', '/theirs/cookieconsent-config.js'];

/** Serves them; `bytes` is what the files of one are together, compressed. */
export async function pages() {
  const library = read(join(theirs, 'dist', 'cookieconsent.umd.js'));
  const run = `CookieConsent.run(${JSON.stringify(CONFIG)});`;
  const link = `<link rel="stylesheet" href="${sheet}" />`;
  const { origin, stop, ...server } = await serve(
    new Map([
      ['/ours/', html(page('<script defer src="/askfirst.js" data-site="demo" data-policy="/privacy/" data-local="on"></script>'))],
      ['/theirs/', html(page(link, `<script type="module" src="${config}"></script>`))],
      ['/none/', html(page('', element))],
      ['/theirs/one/', html(page(`${link}\n    <script defer src="/theirs/one.js"></script>`))],
      [sheet, style(read(join(theirs, 'dist', 'cookieconsent.css')))],
      [umd, script(library)],
      [config, script(`import '${umd}';\n${run}\n`)],
      ['/theirs/one.js', script(`${library}\n${run}\n`)],
    ]),
  );
  /** @type {[ours: Side, documented: Side, one: Side, none: Side]} */
  const sides = [
    { name: 'askfirst', version: versionOf(root), path: '/ours/', banner: 'askfirst-consent', files: ['/askfirst.js'] },
    { name: 'cookieconsent', version: versionOf(theirs), path: '/theirs/', banner, files: [sheet, umd, config] },
    { name: 'cookieconsent, one file', version: versionOf(theirs), path: '/theirs/one/', banner, files: [sheet, '/theirs/one.js'] },
    { name: 'no script', version: '', path: '/none/', banner: '#in-the-page', files: [] },
  ];
  /** @param {Side} side what has been loaded at least once */
  const bytes = ({ name, files }) =>
    files.reduce((sum, path) => {
      const found = server.served.find((one) => one.path === path);
      if (!found) throw new Failure(`${name} did not load ${path}`);
      return sum + found.bytes;
    }, 0);
  return { sides, origin, stop, bytes };
}
