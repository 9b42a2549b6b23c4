// The whole module, with consented data and every option. The package holds it; the script loads it on demand.
import { core as glue } from 'askfirst:glue';
import bottom from 'askfirst:bottom';
import right from 'askfirst:right';
import { keeping } from './keeping';
import type { Inside } from './api';
import { OPTIONS } from './facts';
import { type Core, flattenProps, joinTexts, text } from './module';
import { KNOWN, NAMES } from './names';
import { anonymous, full } from './texts/en.json';
import type { Texts } from './types';

export { bytes } from 'askfirst:payload';

/** The owner's texts from the script tag; undefined if they are not JSON. */
function read(texts: string): Partial<Texts> | undefined {
  try {
    return JSON.parse(texts) as Partial<Texts>;
  } catch {
    return undefined;
  }
}

let inside: Inside | undefined;

export const core: Core = {
  ...glue,
  known: KNOWN,
  words: { anonymous, full },
  identify(subject, traits) {
    glue.identify?.(subject);
    const path = inside ? inside.path() : location.pathname;
    if (traits && path !== undefined && glue.status()?.level === 'full')
      glue.track(joinTexts(path, 'visitor identified', ...flattenProps(traits)));
  },
  start(browser, given, path) {
    const texts = typeof given.texts === 'string' ? read(given.texts) : (given.texts ?? {});
    if (!texts) return 'texts';
    // Our question says that nobody else receives the data.
    if (given.recipients && !texts.question) return 'recipients';
    const values = NAMES.map((name) => {
      const [value, words] = [given[name], OPTIONS[name]];
      return words && value ? `${words.split('|').indexOf(value as string)}` : name === 'policyNumber' ? text(value) : value;
    });
    return (
      NAMES[glue.start({ ...browser, ...keeping }, joinTexts(...values, path)) - 1] ?? {
        ...given,
        texts,
        style: { left: '', right, bottom }[given.placement ?? 'left'],
      }
    );
  },
  ready(found) {
    inside = found;
    if (found.options().adapter) void found.use('adapters', (file) => file.follow(found));
  },
};
