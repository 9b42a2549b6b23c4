import * as glue from 'askfirst:glue';
import { bytes } from 'askfirst:payload';
import { call, inOne, inTurn, loadModule, text } from './module';
import { buttonOf, focusControl, question } from './banner';
import { browser, deliver, emit, leave, ledger } from './browser';
import type { Files, Load } from './files';
import { KNOWN, keep, NAMES, OPTIONS, options } from './settings';
import type { AskFirst, Consent, Level, Options, Props, Sent, Status, Texts } from './types';
import { language, words } from './words';

/** Calls that were made while it starts. */
const waiting: (() => void)[] = [];
const later = (does: () => void): void => {
  if (running) call(does);
  else if (waiting.length < 99) waiting.push(does);
};

/** A page is shown; with `moved` perhaps only another part of it. */
const view = (moved: boolean): void =>
  call(() => {
    const path = inside.path();
    if (path === undefined) return;
    inside.shown(path);
    const { hostname, search } = location;
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const reached = [600, 1024, 1536].filter((width) => matchMedia(`(min-width:${width}px)`).matches).length;
    glue.page(moved, inOne(hostname, path, search, document.referrer, load?.type), reached);
  });

const status = (): Status | undefined => call(() => glue.status());

/** Grants; without words the site's own banner, or another tool, asked. */
const grant = (level: Level, byVisitor: boolean, asked?: string): boolean =>
  call(() => {
    const tag = asked === undefined ? document.documentElement.lang.slice(0, 16) || 'und' : language;
    // As the wire takes it: one line, at most 2,000 bytes.
    return glue.grant(inOne(level, tag, asked?.replace(/\s+/g, ' ').slice(0, 500)), byVisitor, asked !== undefined);
  }) ?? false;
const deny = (everything = false): void => call(() => glue.deny(everything));

/** A click on one of the banner's buttons. Any click may refuse; only a trusted one may agree. */
function clicked({ target, isTrusted }: Event): void {
  const button = buttonOf(target);
  if (button === 'accept') grant('anonymous', isTrusted, question());
  if (button === 'reject') deny();
  if (button === 'settings' || button === 'manage') preferences();
}

/** What the files that are loaded when they are wanted are handed. */
export const inside = {
  status,
  grant,
  deny,
  deliver,
  words,
  focusControl,
  language: (): string => language,
  options: (): Partial<Options> => options,
  sent: ledger,
  use,
  track: (name: string, props?: Props, path?: string): void =>
    later(() => {
      const at = path ?? inside.path();
      if (at !== undefined) glue.track(inOne(at, name, ...inTurn(props)));
    }),
  /** The path of the page that is shown; undefined where it is not to be counted. */
  path: (): string | undefined => location.pathname,
  /** The page of that path is shown. */
  shown: (() => undefined) as (path: string) => unknown,
  /** What the site leaves of a hit, in place; false drops it. */
  reduce: (() => true) as (hit: object) => boolean,
};
export type Inside = typeof inside;

let load: Load | undefined;
let running = false;
/** Whether the page is one of this machine, where the site is developed. */
let local = false;

/** Opens the second layer. */
const preferences = (): void => void use('preferences', (file) => file.preferences(inside));

/** Loads such a file and does something with it; undefined where that failed. */
async function use<Name extends keyof Files, T>(name: Name, then: (file: Files[Name]) => T): Promise<Awaited<T> | undefined> {
  if (!load) return undefined;
  try {
    return await then(await load(name));
  } catch (error) {
    console.warn(`askfirst failed: ${name}`, error);
    return undefined;
  }
}

/** The owner's own words, as the script tag gives them; none where they are no JSON. */
function read(texts: string): Partial<Texts> | undefined {
  try {
    return JSON.parse(texts) as Partial<Texts>;
  } catch {
    return undefined;
  }
}

/** Says what is wrong with the options, which the module cannot: most pages need no such words. Whether something is. */
const explained = async (explain: (file: Files['explain']) => string | undefined): Promise<boolean> => {
  const problem = await use('explain', (file) => explain(file) ?? '');
  if (problem !== '') console.warn('askfirst is off:', problem ?? 'bad options');
  return problem !== '';
};

/** Starts with the script tag's `data-*` attributes (`tag`) or with the options of `init`. */
export async function start(given: Partial<Options>, tag: boolean, loader: Load): Promise<void> {
  if (typeof document === 'undefined' || load) return;
  load = loader;
  if (location.search.includes('askfirst-debug')) await use('debug', (file) => file.debug(inside, given, tag));
  local = /^(localhost|127\..*|\[::1]|)$|\.localhost$/.test(location.hostname);
  if (local && given?.local !== 'on') return console.info('askfirst is off on this machine without data-local="on"');
  if (document.prerendering) {
    // Nobody sees the page yet.
    await new Promise((seen) => document.addEventListener('prerenderingchange', seen, { once: true }));
  }
  // What few sites want is in a file of its own, and so are the words for what nobody knows.
  const more = Object.keys({ ...given }).filter((name) => !KNOWN.includes(name));
  if (!more[0] || (await use('capture', ({ capture }) => capture(more, given, tag, inside, explained)))) {
    try {
      loadModule(bytes());
    } catch {
      // One attempt: each is a report to a site with a strict policy.
      try {
        loadModule((await loader('plain')).plain);
      } catch (error) {
        return console.warn("askfirst is off: script-src needs 'wasm-unsafe-eval'", error);
      }
    }
    call(() => begin(given, tag));
  }
}

function begin(given: Partial<Options>, tag: boolean): void {
  const channel = call(() => new BroadcastChannel('askfirst'));
  const stirred = (): unknown => call(() => glue.show(false));
  const wake = (): unknown => call(() => glue.wake());
  call(() => {
    const { texts } = given;
    const own = typeof texts === 'string' ? read(texts) : (texts ?? {});
    const shell = browser({
      clicked,
      stirred,
      answered: (number, code, pause) => call(() => glue.answered(number, code, pause)),
      wake,
      reduce: (hit) => inside.reduce(hit),
      answer(answer) {
        // Said while the site is developed.
        const say = ({ undeclared }: { undeclared?: string[] }): unknown =>
          undeclared && console.warn(`askfirst: not declared at the collector, counted as "(other)": ${undeclared}`);
        if (local) answer.json().then(say, () => undefined);
      },
      changed(now) {
        emit('consent', now);
        channel?.postMessage(0);
      },
    });
    const values = inOne(
      ...NAMES.map((name) => {
        const [value, words] = [given[name], OPTIONS[name]];
        return words && value ? `${words.split('|').indexOf(value as string)}` : name === 'policyNumber' ? text(value) : value;
      }),
    );
    // Our question says that nobody else receives the data.
    const bad = !own ? 'texts' : given.recipients && !own.question ? 'recipients' : NAMES[glue.start(shell, values) - 1];
    if (bad) return void explained(({ wrong }) => wrong(bad, given[bad], tag));
    running = true;
    keep({ ...given, texts: own });
  });
  if (!running) return;
  // Another tab has answered. Its message may come before what it stored; that comes with an event of its own.
  const followed = (): void => {
    stirred();
    emit('consent', status());
  };
  if (channel) channel.onmessage = followed;
  addEventListener('storage', followed);
  // Extensions set the signal late.
  addEventListener('load', stirred);
  if (options.adapter) void use('adapters', (file) => file.follow(inside));
  view(false);
  for (const does of waiting) call(does);
  stirred();
  const moved = (): void => view(true);
  const { navigation } = window as { navigation?: EventTarget };
  navigation?.addEventListener('currententrychange', moved);
  if (!navigation) {
    // Client-side navigation shows where the page calls the History API.
    addEventListener('popstate', moved);
    for (const name of ['pushState', 'replaceState'] as const) {
      const original = history[name];
      const noticed: typeof original = (...args) => {
        original.apply(history, args);
        moved();
      };
      // A page may have frozen it.
      call(() => (history[name] = noticed));
    }
  }
  const left = (forGood: boolean): void => {
    leave(forGood);
    call(() => glue.leave(forGood));
    leave(false);
  };
  addEventListener('pagehide', () => left(true));
  // It comes back whole from the back/forward cache: it is seen once more.
  addEventListener('pageshow', ({ persisted }) => persisted && view(false));
  addEventListener('online', wake);
  document.addEventListener('visibilitychange', () => (document.hidden ? left(false) : stirred()));
}

/** Whether somebody just acted; where the browser does not say, the site's word stands. */
const acted = (): boolean => (navigator.userActivation as UserActivation | undefined)?.isActive ?? true;

export const track = (name: string, props?: Props): void => inside.track(name, props);
export const page = (): void => later(() => view(false));
export const identify = (subject?: string, traits?: Props): void =>
  later(() => {
    glue.identify(typeof subject === 'string' ? subject : '');
    if (traits && status()?.level === 'full') track('visitor identified', traits);
  });
export const reset = (): void => identify();
export const forget = (): void => deny();
export const sent = (): Sent[] => [...ledger];

export const consent: Consent = {
  status,
  grant: (level = 'anonymous') => call(() => grant(level, acted())) ?? false,
  deny: (options) => call(() => glue.deny(options?.everything ?? false)),
  withdraw: forget,
  show() {
    if (!call(() => glue.show(true)) && options.banner !== 'off') preferences();
  },
  ask: (level) => use('preferences', (file) => file.ask(level, inside, () => call(() => glue.show(true)))),
};

/** The API, where `load` brings the files that are loaded when they are wanted. */
export const api = (load: Load): AskFirst => ({
  init: (options) => start(options, false, load),
  track,
  page,
  identify,
  reset,
  forget,
  sent,
  consent,
});
