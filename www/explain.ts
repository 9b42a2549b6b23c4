// Explains invalid options. Loaded only by pages that have some, and by pages on the developer's own machine.
import { NAMES, OPTIONS, type Name } from './names';

/** The valid values of each option that is not a choice of words. */
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

/** `beforeChoice` as the owner wrote it: `data-before-choice` in a tag. */
const spelled = (name: string, tag: boolean): string =>
  tag ? `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` : name;

/** The number of typing mistakes between two names: letters missing, added, wrong or swapped. Ignores case. */
function slips(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  const cell = (row: number, at: number): number => rows[row]?.[at] ?? 0;
  for (let row = 1; row <= from.length; row += 1) {
    rows[row] = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const same = from[row - 1] === to[at - 1];
      const swapped = from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      const ways = [cell(row - 1, at) + 1, cell(row, at - 1) + 1, cell(row - 1, at - 1) + (same ? 0 : 1)];
      if (swapped) ways.push(cell(row - 2, at - 2) + 1);
      rows[row]?.push(Math.min(...ways));
    }
  }
  return cell(from.length, to.length);
}

/**
 * What is wrong with names that are not options; undefined if nothing is. An attribute that resembles none of ours belongs to
 * another tool. `more` are names that the caller knows.
 */
export function unknown(names: string[], more: string[], tag: boolean): string | undefined {
  for (const name of names) {
    const [near = ''] = [...NAMES, 'texts', 'local', ...more].sort((a, b) => slips(name, a) - slips(name, b));
    if (!tag || slips(name, near) <= Math.max(1, name.length / 3)) {
      return `unknown option ${spelled(name, tag)}; did you mean ${spelled(near, tag)}?`;
    }
  }
  return undefined;
}

/** What is wrong with an option's value, or that it is missing. */
export function wrong(name: string, value: unknown, tag: boolean): string {
  const option = spelled(name, tag);
  if (name === 'texts') return `${option} must be JSON`;
  if (value === undefined) return `${option} is missing`;
  // Our question says that the data is shared with nobody.
  if (name === 'recipients' && typeof value === 'string' && value.length < 254)
    return `${option} needs your own question in ${spelled('texts', tag)}`;
  return mustBe(name, RIGHT[name as Name] ?? OPTIONS[name as Name], tag);
}

/** What an option must be. */
export const mustBe = (name: string, right: string, tag: boolean): string => `${spelled(name, tag)} must be ${right}`;

/** Warns about names that the collector counted as "(other)" because its configuration does not declare them. */
export function undeclared(what: string[] = []): void {
  console.warn(`askfirst: not declared at the collector, counted as "(other)": ${what.join()}`);
}
