// Whether every link of a site of plain files leads somewhere: to a file of it, and to an anchor in that file.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isElsewhere } from './markdown.mjs';

/** @param {string} html @param {RegExp} pattern */
const all = (html, pattern) => Array.from(html.matchAll(pattern), ([, value]) => (value ?? '').replaceAll('&amp;', '&'));

/**
 * The links that lead nowhere, each as `page: link`. Addresses of other sites are not asked.
 * @param {string} folder
 * @returns {string[]}
 */
export function brokenLinks(folder) {
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const texts = new Map(pages.map((name) => [resolve(folder, name), readFileSync(join(folder, name), 'utf8')]));
  const anchors = new Map(Array.from(texts, ([path, html]) => [path, all(html, /\sid="([^"]*)"/g)]));
  const broken = [];
  for (const [page, html] of texts) {
    const ids = anchors.get(page) ?? [];
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice) broken.push(`${relative(folder, page)}: two anchors #${twice}`);
    for (const link of all(html, /<(?:a|img|link)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
      if (isElsewhere(link)) continue;
      const [path = '', fragment] = link.split('#');
      const to = path ? resolve(dirname(page), decodeURIComponent(path)) : page;
      const there = link !== '' && existsSync(to) && statSync(to).isFile();
      const found = there && (fragment === undefined || anchors.get(to)?.includes(decodeURIComponent(fragment)));
      if (!found) broken.push(`${relative(folder, page)}: ${link || 'a picture or link to what is not on the site'}`);
    }
  }
  return broken;
}
