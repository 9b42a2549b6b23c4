// Whom the page is loaded with: nobody, us, and those who do one half of it or both. Each as its own documentation says, from npm.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root } from '../../scripts/lib/run.mjs';
import { REMOTE, TOKEN, later } from '../../tests/conformance/trackers/posthog.mjs';
import { bundle, versionOf } from '../../tests/conformance/trackers/trackers.mjs';
import { CONFIG } from '../lib/cookieconsent.mjs';
import { json, script, serve, style } from '../lib/server.mjs';
import { ownFiles, withTags } from './html.mjs';
import * as Klaro from './klaro.mjs';

/** @typedef {import('../lib/server.mjs').File} File @typedef {import('../lib/server.mjs').Answer} Answer */

/** What is compared. @typedef {'bare' | 'askfirst' | 'pair' | 'cookieconsent' | 'plausible' | 'posthog' | 'klaro'} Key */

/** @typedef {object} About
 * @property {Key} key
 * @property {string} name
 * @property {string} version
 * @property {string} about how it is put into the page
 */

/**
 * @typedef {About & { head?: string, end?: string, banner?: string, hit?: RegExp, files?: [path: string, file: File][] }} Side
 */

/** @param {...string} path below node_modules */
const read = (...path) => readFileSync(join(root, 'node_modules', ...path), 'utf8');
/** @param {string} path */
const deferred = (path) => `<script defer src="${path}"></script>`;

async function plausible() {
  const code = await bundle(
    `import { init } from '@plausible-analytics/tracker';
     init({ domain: 'shop.example', endpoint: '/plausible/api/event', captureOnLocalhost: true });`,
  );
  return {
    version: versionOf('@plausible-analytics/tracker'),
    head: deferred('/plausible/bundle.js'),
    hit: /^\/plausible\/api\/event$/,
    files: /** @type {Side['files']} */ ([['/plausible/bundle.js', script(code)]]),
  };
}

function cookieconsent() {
  const [sheet, library, config] = ['/cookieconsent/cookieconsent.css', '/cookieconsent/cookieconsent.umd.js', '/cookieconsent/config.js'];
  return {
    version: versionOf('vanilla-cookieconsent'),
    head: `<link rel="stylesheet" href="${sheet}">`,
    end: `<script type="module" src="${config}"></script>`,
    banner: '#cc-main .cm',
    files: /** @type {[string, File][]} */ ([
      [sheet, style(read('vanilla-cookieconsent', 'dist', 'cookieconsent.css'))],
      [library, script(read('vanilla-cookieconsent', 'dist', 'cookieconsent.umd.js'))],
      [config, script(`import '${library}';\nCookieConsent.run(${JSON.stringify(CONFIG)});\n`)],
    ]),
  };
}

async function posthog() {
  const code = await bundle(
    `import posthog from 'posthog-js';
     posthog.init('${TOKEN}', { api_host: location.origin + '/posthog', defaults: '2026-01-30' });`,
  );
  return {
    version: versionOf('posthog-js'),
    head: deferred('/posthog/bundle.js'),
    hit: /^\/posthog\/(e|i\/v0\/e)\/?$/,
    files: /** @type {Side['files']} */ ([['/posthog/bundle.js', script(code)]]),
  };
}

/** @returns {Promise<Side>} @throws {Failure} where it cannot be had */
async function klaro() {
  const code = await Klaro.klaro();
  return {
    key: 'klaro',
    name: 'Klaro',
    version: Klaro.VERSION,
    about: 'its configuration and its script, with the style sheet and all languages inside, as two deferred scripts in the head',
    head: deferred('/klaro/config.js') + deferred('/klaro/klaro.js'),
    banner: '.klaro .cookie-notice',
    files: [
      ['/klaro/config.js', script(`var klaroConfig = ${JSON.stringify(Klaro.CONFIG)};\n`)],
      ['/klaro/klaro.js', script(code)],
    ],
  };
}

/** @returns {Promise<{ sides: Side[], missing: string[] }>} the bare page first; and what could not be had, in words */
export async function sides() {
  const [counting, asking] = [await plausible(), cookieconsent()];
  /** @type {string[]} */
  const missing = [];
  const other = await klaro().catch((error) => {
    if (!(error instanceof Failure)) throw error;
    missing.push(`Klaro ${Klaro.VERSION} could not be fetched.`);
    process.stdout.write(`${error.message}\nKlaro is left out.\n`);
    return undefined;
  });
  /** @type {Side[]} */
  const all = [
    { key: 'bare', name: 'the page alone', version: '', about: 'no tag' },
    {
      key: 'askfirst',
      name: 'askfirst',
      version: versionOf('..'),
      about: 'the script tag with data-site and data-policy, deferred in the head; it counts and asks',
      head: '<script defer src="/askfirst.js" data-site="demo" data-policy="/privacy/" data-local="on"></script>',
      banner: 'askfirst-consent',
      hit: /^\/collect$/,
    },
    {
      key: 'pair',
      name: 'Plausible + cookieconsent',
      version: `${counting.version} + ${asking.version}`,
      about: 'the two below on one page, which together count and ask',
      head: counting.head + asking.head,
      end: asking.end,
      banner: asking.banner,
      hit: counting.hit,
      files: [...(counting.files ?? []), ...asking.files],
    },
    {
      ...asking,
      key: 'cookieconsent',
      name: 'cookieconsent',
      about:
        'vanilla-cookieconsent: its style sheet in the head, and at the end of the body a module that imports it and runs its first example',
    },
    {
      ...counting,
      key: 'plausible',
      name: 'Plausible',
      about: 'its tracker from npm with init({ domain, endpoint }), bundled, deferred in the head',
    },
    {
      ...(await posthog()),
      key: 'posthog',
      name: 'posthog-js',
      about:
        "from npm with init(token, { api_host, defaults: '2026-01-30' }), bundled, deferred in the head; its servers' answer is that of a " +
        'project in which nothing is switched off, and what it loads then comes from the same package',
    },
    ...(other ? [other] : []),
  ];
  return { sides: all, missing };
}

/** What posthog-js loads later, compressed once. @type {Map<string, File>} */
const loaded = new Map();

/** What peers' servers would answer. @type {Answer} */
function answer(path) {
  if (path.startsWith('/plausible/')) return json('ok', 202);
  if (!path.startsWith('/posthog/')) return undefined;
  const code = later(path.slice('/posthog'.length));
  if (code !== undefined && !loaded.has(path)) loaded.set(path, script(code));
  return loaded.get(path) ?? json(/^\/posthog\/(flags|decide|array)\//.test(path) ? REMOTE : { status: 'Ok' });
}

/** The address of a side's page. @param {Side} side */
export const path = ({ key }) => `/${key}/`;

/** Serves the page, with each side's tags. @param {Side[]} all */
export const serveAll = (all) =>
  serve(
    new Map([
      ...ownFiles(),
      ...all.flatMap((side) => [/** @type {[string, File]} */ ([path(side), withTags(side)]), ...(side.files ?? [])]),
    ]),
    answer,
  );
