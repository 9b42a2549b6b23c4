// The banner's words in the language of the page. English is built in; each other language is an on-demand file.
import { accept, aggregated, anonymous, manage, none, policy, question, reject, settings, title } from './texts/en.json';
import { assets, options } from './settings';
import type { Texts } from './types';

const english = { accept, aggregated, anonymous, manage, none, policy, question, reject, settings, title };

/** The banner's words. The preferences have more. */
export type Words = typeof english & Partial<Texts>;

/** The language of `words`. */
export let language = 'en';

/** The words. No promise for English, so that the banner shows at once. */
export function words(): Words | Promise<Words> {
  const mixed = (texts?: Partial<Texts>): Words => ({ ...english, ...options.english, ...texts, ...options.texts });
  const wanted = `${options.lang || document.documentElement.lang}`.toLowerCase();
  // `nb-NO` and `nn` are Norwegian; `de-AT` is German; only of Portuguese there are two.
  const [found] = wanted.replace(/^n[bn]\b/, 'no').match(/^pt-br|^[a-z]+/) ?? ['en'];
  if (found === 'en') return mixed();
  return fetch(assets.file(`askfirst-texts/${found}.json`), { credentials: 'omit', referrerPolicy: 'no-referrer' })
    .then((answer) => answer.ok && answer.json())
    .then((texts) => {
      // Otherwise we do not have that language.
      if (texts) language = found;
      return mixed(texts);
    })
    .catch(() => mixed());
}
