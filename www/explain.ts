// What is wrong with the options, in words: loaded only by a page whose options cannot be understood.
import { NAMES } from './settings';

/** What is right for each option that the module refuses, in the order of `NAMES`. */
const RIGHT: Record<(typeof NAMES)[number], string> = {
  site: "the site's name",
  endpoint: 'an http or https URL',
  policy: 'the address of a page',
  policyNumber: 'a whole number from 1',
  controller: 'a name',
  recipients: 'names',
  cookieDomain: 'a domain',
  lang: 'a language',
  level: 'none|aggregated|anonymous|full',
  beforeChoice: 'aggregated|nothing',
  banner: 'auto|manual|off',
  audience: 'everybody|children',
  placement: 'left|right|bottom',
  adapter: 'google|tcf',
};
const KNOWN = [...NAMES, 'texts'];

/** `beforeChoice` as the owner wrote it: `data-before-choice` in a tag. */
const spelled = (name: string, tag: boolean): string =>
  tag ? `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}` : name;

/** How many letters of a name stand in another in the same order, blind to case: enough for slips of the finger. */
function alike(name: string, known: string): number {
  let [from, found] = [0, 0];
  for (const letter of name.toLowerCase()) {
    const at = known.toLowerCase().indexOf(letter, from);
    if (at >= 0) [from, found] = [at + 1, found + 1];
  }
  return found;
}

/**
 * What is wrong with names that are none of ours; undefined where nothing is: an attribute that resembles none of ours is
 * another tool's.
 */
export function unknown(names: string[], tag: boolean): string | undefined {
  for (const name of names) {
    const [near = ''] = [...KNOWN].sort((a, b) => alike(name, b) - alike(name, a));
    if (!tag || alike(name, near) * 2 >= name.length) {
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
  // Our question says that nobody else receives the data.
  if (name === 'recipients' && typeof value === 'string' && value.length < 254)
    return `${option} needs ${spelled('texts', tag)} with a question of your own`;
  return `${option} must be ${RIGHT[name as keyof typeof RIGHT]}`;
}
