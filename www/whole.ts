// The whole module, with what only a yes allows and with every option: that of the package, and of the files that are loaded where
// that of askfirst.js does not do.
import { core as glue } from 'askfirst:glue';
import bottom from 'askfirst:bottom';
import right from 'askfirst:right';
import { keeping } from './keeping';
import type { Inside } from './api';
import { type Core, inOne, inTurn, text } from './module';
import { KNOWN, NAMES, OPTIONS } from './names';
import { anonymous, full } from './texts/en.json';
import type { Texts } from './types';

export { bytes } from 'askfirst:payload';

/** The owner's own words, as the script tag gives them; none where they are no JSON. */
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
    if (traits && path !== undefined && glue.status()?.level === 'full') glue.track(inOne(path, 'visitor identified', ...inTurn(traits)));
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
      NAMES[glue.start({ ...browser, ...keeping }, inOne(...values, path)) - 1] ?? {
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
