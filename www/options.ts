// The options that are off by default, an on-demand file: loaded before the start if the site gives one of them.
import bottom from 'askfirst:bottom';
import right from 'askfirst:right';
import type { Browser } from './browser';
import type { Hooks } from './count';
import { OPTIONS, Wire } from './facts';
import type { Files } from './files';
import type { Inside } from './inside';
import { text } from './text';
import { KNOWN, NAMES, type Name } from './names';
import type { ActiveOptions } from './settings';
import { full } from './texts/en.json';
import type { Options, Props, Texts } from './types';

/** The places of the words of `level`, `beforeChoice` and `banner`; whether the audience are children; whether hosts share the choice. */
export type Switches = [level: number, before: number, banner: number, children: boolean, sharesChoice: boolean];

/** What the start needs of these options. */
export interface More {
  /** The terms that are not as by default. */
  terms: string;
  switches: Switches;
  options: ActiveOptions;
  hooks: Partial<Hooks>;
  /** What the module calls in place of the plain browser. */
  browser(plain: Browser): Partial<Browser>;
  /** Called when the module runs. */
  ready(): unknown;
}

/** Prints what `explain` finds wrong. Returns whether something is. */
export type Explained = (explain: (file: Files['explain']) => string | undefined) => Promise<boolean>;

/** Reads the options. Undefined, and a message on the console, if one is wrong. */
export async function read(given: Partial<Options>, tag: boolean, inside: Inside, explained: Explained): Promise<More | undefined> {
  const more = Object.keys(given).filter((name) => !KNOWN.includes(name));
  const hooks = more[0] ? await inside.use('capture', (file) => file.capture(more, given, tag, inside, explained)) : {};
  if (!hooks) return undefined;
  const texts = typeof given.texts === 'string' ? parsed(given.texts) : (given.texts ?? {});
  const wrong = wrongOption(given, texts);
  if (wrong) {
    await explained((file) => file.wrongName(wrong, given, tag));
    return undefined;
  }
  return {
    terms: termsOf(given),
    switches: [
      placeOf('level', given.level ?? 'anonymous'),
      placeOf('beforeChoice', given.beforeChoice),
      placeOf('banner', given.banner),
      given.audience === 'children',
      Boolean(given.cookieDomain),
    ],
    options: {
      texts: texts ?? {},
      english: { full },
      style: { left: '', right, bottom }[given.placement ?? 'left'],
      // The collector may set the choice's cookie, or it reads the id that it keeps.
      credentials: (body, current) => (current && Boolean(given.cookieDomain)) || (body as { id?: string }).id === Wire.IdAtCollector,
      traits: (traits: Props): void => {
        if (inside.status()?.level === 'full') inside.track('visitor identified', traits);
      },
    },
    hooks,
    browser: (plain) => overrides(given, plain),
    ready: () => given.adapter && inside.use('adapters', (file) => file.follow(inside)),
  };
}

/** The owner's texts from the script tag; undefined if they are not JSON. */
function parsed(texts: string): Partial<Texts> | undefined {
  try {
    return JSON.parse(texts) as Partial<Texts>;
  } catch {
    return undefined;
  }
}

/** What an option must be, if it is no word. */
const RIGHT: Partial<Record<Name, RegExp>> = {
  lang: new RegExp(`^[^\\x00-\\x1f]{1,${Wire.OptionLength}}$`),
  policyNumber: /^[1-9]\d{0,5}$/,
  controller: new RegExp(`^[^\\x00-\\x1f]{1,${Wire.OptionLength}}$`),
  recipients: new RegExp(`^[^\\x00-\\x1f]{1,${Wire.OptionLength}}$`),
  cookieDomain: new RegExp(`^[a-z\\d.-]{1,${Wire.OptionLength}}$`, 'i'),
};

/** The first option that is wrong, of those that the module does not check. */
function wrongOption(given: Partial<Options>, texts: Partial<Texts> | undefined): Name | 'texts' | undefined {
  const wrong = NAMES.slice(3).find((name) => {
    const value = text(given[name]);
    if (value === undefined || value === '') return false;
    return typeof value !== 'string' || (OPTIONS[name] ? placeOf(name, value) < 0 : RIGHT[name]?.test(value) === false);
  });
  if (wrong) return wrong;
  if (!texts) return 'texts';
  // Our question says that nobody else receives the data.
  return given.recipients && !texts.question ? 'recipients' : undefined;
}

/** The place of a word among those of the option, the first if there is none; -1 for another word. */
const placeOf = (name: Name, word = OPTIONS[name].split('|')[0]): number => OPTIONS[name].split('|').indexOf(word ?? '');

/** The material terms: a change of them asks everybody again. The number 1 is what there is without one. */
function termsOf({ policyNumber, controller = '', recipients = '' }: Partial<Options>): string {
  const number = policyNumber === undefined || `${policyNumber}` === '1' ? '' : `${policyNumber}`;
  return number || controller || recipients ? [number, controller, recipients].join('\x01') : '';
}

/** What differs if the site's hosts share their cookies, or if the collector keeps the id. */
function overrides({ cookieDomain, idCookie }: Partial<Options>, plain: Browser): Partial<Browser> {
  return {
    ...(cookieDomain && {
      setCookie(name: string, value: string, seconds: number): void {
        // A cookie of this host alone would hide the deletion.
        if (!seconds) plain.setCookie(name, value, 0);
        plain.setCookie(name, value, seconds, `; Domain=${cookieDomain}`);
      },
    }),
    ...(idCookie === 'collector' && { newId: (): string => Wire.IdAtCollector }),
  };
}
