// The documentation site: Markdown as it stands, made into files that any server can show, and any browser without one.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../run.mjs';
import { render } from './markdown.mjs';
import { document } from './page.mjs';
import { groups } from './pages.mjs';

/** @param {string} path below the repository */
const isFile = (path) => existsSync(join(root, path)) && statSync(join(root, path)).isFile();

/**
 * Writes the site into a folder, which is emptied first.
 * @param {string} out
 * @returns {Promise<{ pages: number }>}
 */
export async function buildSite(out) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const plan = groups();
  const pages = new Map(plan.flatMap((group) => group.pages.map(({ source, file }) => [source, file])));
  /** What the pages lead to and is no page: pictures, licences, the inventory. @type {Map<string, string>} */
  const files = new Map();
  /** @param {string} path */
  const find = (path) => {
    const page = pages.get(path);
    if (page ?? !isFile(path)) return page;
    const place = path.startsWith('docs/images/') ? path.slice('docs/'.length) : `files/${path}`;
    files.set(path, place);
    return place;
  };
  const written = await Promise.all(
    plan.map(async ({ title, pages }) => ({
      title,
      pages: await Promise.all(
        pages.map(async (page) => ({ ...page, ...(await render(readFileSync(join(root, page.source), 'utf8'), page.source, find)) })),
      ),
    })),
  );
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  for (const { pages } of written) for (const page of pages) writeFileSync(join(out, page.file), document(page, written, version));
  for (const [path, place] of files) {
    mkdirSync(dirname(join(out, place)), { recursive: true });
    cpSync(join(root, path), join(out, place));
  }
  cpSync(join(root, 'scripts', 'lib', 'site', 'style.css'), join(out, 'style.css'));
  return { pages: pages.size };
}
