// Messages about wrong options, an on-demand file: loaded if an option is wrong, and on localhost.
import { OPTIONS } from './facts';
import { NAMES, type Name } from './names';
import type { Options } from './types';

/** What each option must be, if it is not one of a few words. */
const RIGHT: Partial<Record<Name, string>> = {
  site: "the site's name",
  endpoint: 'an http or https URL',
  policy: "your privacy policy's address",
  policyNumber: 'a whole number from 1',
  controller: 'a name',
  recipients: 'names',
  cookieDomain: 'a domain',
  lang: 'a language code',
};

/** The option as the owner wrote it: `beforeChoice` is `data-before-choice` in a tag. */
const spelled = (name: string, tag: boolean): string =>
  tag ? `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` : name;

/** The edit distance of two names, regardless of case: letters missing, added, replaced or swapped. */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  const cell = (row: number, at: number): number => rows[row]?.[at] ?? 0;
  for (let row = 1; row <= from.length; row += 1) {
    rows[row] = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const same = from[row - 1] === to[at - 1];
      const swapped = from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      const costs = [cell(row - 1, at) + 1, cell(row, at - 1) + 1, cell(row - 1, at - 1) + (same ? 0 : 1)];
      if (swapped) costs.push(cell(row - 2, at - 2) + 1);
      rows[row]?.push(Math.min(...costs));
    }
  }
  return cell(from.length, to.length);
}

/**
 * The message about an unknown name; undefined if there is none: an attribute that resembles none of ours belongs to another tool.
 * `more` are further known names.
 */
export function unknown(names: string[], more: string[], tag: boolean): string | undefined {
  for (const name of names) {
    const [near = ''] = [...NAMES, 'texts', 'local', ...more].sort((a, b) => distance(name, a) - distance(name, b));
    if (!tag || distance(name, near) <= Math.max(1, name.length / 3)) {
      return `unknown option ${spelled(name, tag)}; did you mean ${spelled(near, tag)}?`;
    }
  }
  return undefined;
}

/** The message about the option at this place of those that the module reads. */
export const wrong = (at: number, given: Partial<Options>, tag: boolean): string => wrongName(NAMES[at] ?? 'site', given, tag);

/** The message about a wrong or missing value. */
export function wrongName(name: Name | 'texts', given: Partial<Options>, tag: boolean): string {
  const [option, value] = [spelled(name, tag), given[name]];
  if (name === 'texts') return `${option} must be JSON`;
  if (value === undefined) return `${option} is missing`;
  // Our question says that the data is shared with nobody.
  if (name === 'recipients' && typeof value === 'string' && value.length < 254)
    return `${option} needs your own question in ${spelled('texts', tag)}`;
  return mustBe(name, RIGHT[name] ?? OPTIONS[name], tag);
}

/** The message about what an option must be. */
export const mustBe = (name: string, right: string, tag: boolean): string => `${spelled(name, tag)} must be ${right}`;

/** Prints what the collector counted as "(other)" because its configuration does not declare it. */
export function undeclared(what: string[] = []): void {
  console.warn(`askfirst: not declared at the collector, counted as "(other)": ${what.join()}`);
}
