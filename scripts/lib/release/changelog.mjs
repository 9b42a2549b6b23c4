// What the changelog says of each release for privacy.

/** @typedef {{ name: string, privacy: string[] }} Release a release by its heading, with what it changes for privacy: one line each */

/**
 * The releases, newest first.
 * @param {string} text of CHANGELOG.md
 * @returns {Release[]}
 */
export function releases(text) {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [name = ''] = section.split('\n', 1);
      const said = /^### Privacy\n([^]*?)(?=^### |(?![^]))/m.exec(section)?.[1] ?? '';
      return { name, privacy: said.match(/^- \S.*$/gm) ?? [] };
    });
}
