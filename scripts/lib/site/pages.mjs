// Which Markdown files are pages of the documentation site, in which order, and under which names.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';

/** A page: its source below the repository, its address, and what the navigation calls it (its heading, where it says nothing). */
/** @typedef {{ source: string, file: string, label?: string }} Page @typedef {{ title: string, pages: Page[] }} Group */

/** @type {[title: string, ...[source: string, label?: string][]][]} */
const GROUPS = [
  ['Start', ['README.md', 'What it is'], ['docs/install.md', 'Install'], ['docs/verify.md', 'Is it working?']],
  [
    'Migrate',
    ['docs/migrate.md', 'How'],
    ...['plausible', 'umami', 'posthog', 'matomo', 'google-analytics'].map((name) => /** @type {[string]} */ ([`docs/migrate/${name}.md`])),
  ],
  ['The page', ['docs/capture.md'], ['docs/consent.md', 'The banner'], ['docs/pictures.md'], ['docs/languages.md']],
  ['The collector', ['docs/configure.md', 'Configure'], ['docs/operate.md', 'Operate'], ['deploy/README.md', 'Deploy']],
  ['Reference', ['docs/privacy.md'], ['docs/wire.md'], ['docs/answers.md'], ['docs/BENCHMARKS.md', 'Benchmark'], ['CHANGELOG.md']],
  ['The project', ['ARCHITECTURE.md'], ['CONTRIBUTING.md'], ['SECURITY.md']],
];

/** `docs/install.md` is `install.html`, `README.md` is `index.html`, `deploy/README.md` is `deploy.html`. @param {string} source */
function address(source) {
  if (source === 'README.md') return 'index.html';
  const name = source.replace(/^docs\//, '').replace(/\/README\.md$|\.md$/, '');
  return `${name.replaceAll('/', '-').toLowerCase()}.html`;
}

/** The pages by group. What else stands in docs/ comes last. @returns {Group[]} */
export function groups() {
  const named = GROUPS.map(([title, ...pages]) => ({
    title,
    pages: pages
      .filter(([source]) => existsSync(join(root, source)))
      .map(([source, label]) => ({ source, file: address(source), ...(label && { label }) })),
  }));
  const known = new Set(named.flatMap(({ pages }) => pages.map(({ source }) => source)));
  const others = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((source) => source.endsWith('.md') && !known.has(source))
    .sort()
    .map((source) => ({ source, file: address(source) }));
  return [...named, { title: 'More', pages: others }].filter(({ pages }) => pages.length);
}
