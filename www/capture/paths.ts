// Which page it is: by the owner's rules, by the fragment, by the canonical link; and which pages are not counted. What is left
// of the path the module redacts, as always.

import { decoded } from '../decode';

/** What the owner wants of paths. */
export interface Wanted {
  /** Rules such as `/users/:id`, each for a path of as many segments; a segment that begins with `:` stands for any. */
  rules: string[];
  /** Patterns of pages that are not counted: `*` stands for one segment, `**` for any number of them. */
  excluded: string[];
  /** Whether the fragment names the page (`/#/users`). */
  hash: boolean;
  /** Whether `<link rel=canonical>` names the page, where it is of the same host. */
  canonical: boolean;
}

/** Whether the path is one that the pattern means. */
export function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  const from = (part: number, at: number): boolean => {
    if (part === parts.length) return at === given.length;
    if (parts[part] === '**') return from(part + 1, at) || (at < given.length && from(part, at + 1));
    return (
      at < given.length && (parts[part] === '*' || parts[part]?.startsWith(':') || parts[part] === given[at]) && from(part + 1, at + 1)
    );
  };
  return from(0, 0);
}

/** The page's path, decoded, as the owner's rules write it; undefined where it is not counted. */
export function pathOf(
  { rules, excluded, hash, canonical }: Wanted,
  page: { location: Location; link?: string | undefined },
): string | undefined {
  let path = page.location.pathname;
  if (canonical && page.link) {
    const link = new URL(page.link, page.location.href);
    if (link.host === page.location.host) path = link.pathname;
  }
  const [fragment = ''] = page.location.hash.slice(1).replace(/^!/, '').split('?');
  if (hash && fragment.startsWith('/')) path = path.replace(/\/$/, '') + fragment;
  path = decoded(path);
  if (excluded.some((pattern) => matches(pattern, path))) return undefined;
  return rules.find((rule) => matches(rule, path)) ?? path;
}
