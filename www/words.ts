// The banner's words, in the language of the page. English is at hand; every other language is one small file, loaded only where
// the page asks for it.
import { accept, aggregated, manage, none, policy, question, reject, settings, title } from './texts/en.json';
import { options, place } from './settings';
import type { Texts } from './types';

const english = { accept, aggregated, manage, none, policy, question, reject, settings, title };

/** What the banner says. The preferences, which are loaded when they are opened, say more. */
export type Words = typeof english & Partial<Texts>;

/** The language of `words`. */
export let language = 'en';

/** The words; at once in English, so that nobody waits for a promise. */
export function words(): Words | Promise<Words> {
  const mixed = (texts?: Partial<Texts>): Words => ({ ...english, ...texts, ...(options.texts as Partial<Texts>) });
  const wanted = (options.lang || document.documentElement.lang).toLowerCase();
  // `nb-NO` and `nn` are Norwegian; `de-AT` is German; only of Portuguese there are two.
  const [found] = wanted.replace(/^n[bn]\b/, 'no').match(/^pt-br|^[a-z]+/) ?? ['en'];
  if (found === 'en') return mixed();
  return fetch(place.file(`askfirst-texts/${found}.json`), { credentials: 'omit', referrerPolicy: 'no-referrer' })
    .then((answer) => answer.ok && answer.json())
    .then((texts) => {
      // Else it is not one of ours.
      if (texts) language = found;
      return mixed(texts);
    })
    .catch(() => mixed());
}
