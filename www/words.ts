// The banner's words, in the language of the page. English is at hand; every other language is one small file, loaded only where
// the page asks for it.
import { accept, aggregated, anonymous, full, manage, none, policy, question, reject, settings, title } from './texts/en.json';
import { options, place } from './settings';
import type { Texts } from './types';

const english = { accept, aggregated, anonymous, full, manage, none, policy, question, reject, settings, title };

/** What the banner says. The preferences, which are loaded when they are opened, say more. */
export type Words = typeof english & Partial<Texts>;

/** The languages of `texts/`, beside English. */
const LANGUAGES = 'ar bg cs da de el es et fi fr ga he hr hu it ja lt lv mt nl no pl pt-BR pt ro sk sl sv tr uk zh'.split(' ');

/** The language of `words`. */
export let language = 'en';

/** The words; at once in English, so that nobody waits for a promise. */
export function words(): Words | Promise<Words> {
  const own = options.texts as Partial<Texts> | undefined;
  const wanted = (options.lang || document.documentElement.lang).toLowerCase();
  // `nb-NO` and `nn` are Norwegian; `de-AT` is German.
  const primary = wanted.replace(/-.*/, '').replace(/^n[bn]$/, 'no');
  const found = LANGUAGES.find((tag) => tag.toLowerCase() === wanted) ?? LANGUAGES.find((tag) => tag === primary);
  if (!found) return { ...english, ...own };
  return fetch(place.file(`askfirst-texts/${found}.json`), { credentials: 'omit', referrerPolicy: 'no-referrer' })
    .then((answer) => answer.json())
    .then(
      (texts) => {
        language = found;
        return texts;
      },
      () => ({}),
    )
    .then((texts) => ({ ...english, ...texts, ...own }));
}
