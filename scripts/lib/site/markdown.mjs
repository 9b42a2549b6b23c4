// Markdown to HTML, with the anchors that GitHub gives to headings, so that the same links hold in both places.
import { posix } from 'node:path';

/** @typedef {{ level: number, id: string, text: string }} Heading */
/** @typedef {{ html: string, title: string, headings: Heading[] }} Rendered */
/** Where a path of the repository is found on the site; undefined where it is not. @typedef {(path: string) => string | undefined} Find */
/** @typedef {InstanceType<typeof import('markdown-it').default>} MarkdownIt @typedef {ReturnType<MarkdownIt['parse']>[number]} Token */

/** @param {string} text */
export const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** An address of somewhere else. @param {string} href */
export const isElsewhere = (href) => /^[a-z][a-z\d+.-]*:|^\/\//i.test(href);

/** GitHub's anchor of a heading. @param {string} text @param {Map<string, number>} taken */
function anchor(text, taken) {
  const slug = text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
  const times = taken.get(slug) ?? 0;
  taken.set(slug, times + 1);
  return times ? `${slug}-${times}` : slug;
}

/** What a heading says, without its marks. @param {Token} inline */
const words = (inline) => (inline.children ?? []).map(({ type, content }) => (/^(text|code_inline)$/.test(type) ? content : '')).join('');

/**
 * A link or a picture of the page at `source`, where it leads on the site. What is not there (a folder of the source) is undefined.
 * @param {string} href @param {string} source @param {Find} find
 */
function target(href, source, find) {
  if (isElsewhere(href) || href.startsWith('#')) return href;
  const [path = '', fragment] = href.split('#');
  const found = find(posix.normalize(posix.join(posix.dirname(source), decodeURIComponent(path))));
  return found && (fragment ? `${found}#${fragment}` : found);
}

/**
 * @param {string} markdown
 * @param {string} source its path below the repository
 * @param {Find} find
 * @returns {Promise<Rendered>}
 */
export async function render(markdown, source, find) {
  // Only now: a fresh checkout installs it first.
  const { default: MarkdownIt } = await import('markdown-it');
  const md = new MarkdownIt();
  const tokens = md.parse(markdown, {});
  /** @type {Heading[]} */
  const headings = [];
  const taken = new Map();
  let tables = 0;
  for (const [index, token] of tokens.entries()) {
    const inline = tokens[index + 1];
    if (token.type === 'table_open') token.attrSet('aria-label', `Table ${++tables}: ${headings.at(-1)?.text}`);
    // A head without words heads nothing.
    if (token.type === 'th_open' && !inline?.content) for (const end of [token, tokens[index + 2]]) if (end) end.tag = 'td';
    if (token.type !== 'heading_open' || !inline) continue;
    const text = words(inline);
    const id = anchor(text, taken);
    token.attrSet('id', id);
    headings.push({ level: Number(token.tag.slice(1)), id, text });
  }
  for (const { children } of tokens) {
    /** Whether the link that is open leads to the site. @type {boolean[]} */
    const open = [];
    for (const [index, child] of (children ?? []).entries()) {
      if (child.type === 'image') child.attrSet('src', target(`${child.attrGet('src')}`, source, find) ?? '');
      if (child.type === 'link_open') {
        const href = target(`${child.attrGet('href')}`, source, find);
        open.push(href !== undefined);
        if (href === undefined) child.hidden = true;
        else child.attrSet('href', href);
        // What is called by its file is called by its name: there are no Markdown files on the site.
        const text = children?.[index + 1];
        if (text?.type === 'text') text.content = text.content.replace(/^([\w-]+)\.md$/, '$1');
      }
      if (child.type === 'link_close' && !open.pop()) child.hidden = true;
    }
  }
  const { rules } = md.renderer;
  /** What is hidden draws nothing: text that was a link stays as text. @type {NonNullable<typeof rules.text>} */
  const link = (all, index, options, _, self) => (all[index]?.hidden ? '' : self.renderToken(all, index, options));
  rules.link_open = link;
  rules.link_close = link;
  // What may be wider than a phone scrolls by itself, also by keyboard.
  rules.table_open = (all, index) =>
    `<div class="scroll" role="region" aria-label="${escape(`${all[index]?.attrGet('aria-label')}`)}" tabindex="0"><table>`;
  rules.table_close = () => '</table></div>';
  rules.fence = (all, index) => {
    const { info = '', content = '' } = all[index] ?? {};
    const code = `<pre tabindex="0"><code>${escape(content)}</code></pre>\n`;
    return info === 'mermaid' ? `<details><summary>A diagram, as text (Mermaid)</summary>${code}</details>\n` : code;
  };
  const html = md.renderer.render(tokens, md.options, {});
  return { html, title: headings[0]?.text ?? source, headings };
}
