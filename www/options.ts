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

/** What the start needs of these options. */
export interface More {
  /** The values of the module's options, from the fifth on. */
  values: unknown[];
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
    values: NAMES.slice(4, Wire.ModuleOptions).map((name) => valueOf(name, given[name])),
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

/** The first option that is wrong, of those that the module does not see. */
function wrongOption(given: Partial<Options>, texts: Partial<Texts> | undefined): Name | 'texts' | undefined {
  if (!texts) return 'texts';
  // Our question says that nobody else receives the data.
  if (given.recipients && !texts.question) return 'recipients';
  if (given.cookieDomain && !/^[a-z\d.-]{1,253}$/i.test(given.cookieDomain)) return 'cookieDomain';
  return NAMES.slice(Wire.ModuleOptions).find((name) => valueOf(name, given[name]) === '-1');
}

/** An option's value, as the module reads it: a word by its place. */
function valueOf(name: Name, value: unknown): unknown {
  const words = OPTIONS[name];
  if (words && value) return `${words.split('|').indexOf(value as string)}`;
  return name === 'policyNumber' ? text(value) : value;
}

/** What differs if the site's hosts share their cookies, or if the collector keeps the id. */
function overrides({ cookieDomain, idCookie }: Partial<Options>, plain: Browser): Partial<Browser> {
  return {
    ...(cookieDomain && {
      setCookie(cookie: string): void {
        // A cookie of this host alone would hide the deletion.
        if (cookie.endsWith('Max-Age=0')) plain.setCookie(cookie);
        plain.setCookie(`${cookie}; Domain=${cookieDomain}`);
      },
    }),
    ...(idCookie === 'collector' && { newId: (): string => Wire.IdAtCollector }),
  };
}
