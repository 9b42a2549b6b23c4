// A page of the documentation site around its text: no script, nothing from elsewhere.
import { escape } from './markdown.mjs';

/** @typedef {import('./markdown.mjs').Rendered} Rendered @typedef {import('./pages.mjs').Page & Rendered} Written */
/** @typedef {{ title: string, pages: Written[] }} Group */

/** @param {Written} page */
const label = ({ label, title }) => escape(label ?? title);

/** @param {Group[]} groups @param {Written} here */
const navigation = (groups, here) =>
  groups
    .map(({ title, pages }) => {
      const items = pages.map((page) => `<li><a href="${page.file}"${page === here ? ' aria-current="page"' : ''}>${label(page)}</a></li>`);
      return `<p>${escape(title)}</p><ul>${items.join('')}</ul>`;
    })
    .join('\n');

/** The headings of the second level, where there are enough to look for one. @param {Written} page */
function contents({ headings }) {
  const second = headings.filter(({ level }) => level === 2);
  if (second.length < 2) return '';
  const items = second.map(({ id, text }) => `<li><a href="#${id}">${escape(text)}</a></li>`);
  return `<nav class="contents" aria-label="On this page"><p>On this page</p><ul>${items.join('')}</ul></nav>`;
}

/** @param {Group[]} groups @param {Written} here */
function neighbours(groups, here) {
  const all = groups.flatMap(({ pages }) => pages);
  const at = all.indexOf(here);
  const [before, after] = [all[at - 1], all[at + 1]];
  const back = before ? `<a rel="prev" href="${before.file}">← ${label(before)}</a>` : '<span></span>';
  const on = after ? `<a rel="next" href="${after.file}">${label(after)} →</a>` : '';
  return `<nav class="neighbours" aria-label="Before and after">${back}${on}</nav>`;
}

/**
 * @param {Written} here
 * @param {Group[]} groups
 * @param {string} version of the package that the pages are of
 */
export function document(here, groups, version) {
  const title = here.file === 'index.html' ? 'askfirst' : `${escape(here.title)} · askfirst`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<a class="skip" href="#text">To the text</a>
<header><a class="brand" href="index.html">askfirst</a> <span>${escape(version)}</span> <a class="all" href="#pages">All pages</a></header>
<div class="columns">
${contents(here)}
<main id="text" tabindex="-1">
${here.html}
${neighbours(groups, here)}
</main>
<nav class="pages" id="pages" aria-label="All pages">
${navigation(groups, here)}
</nav>
</div>
</body>
</html>
`;
}
