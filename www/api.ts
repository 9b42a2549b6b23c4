import * as glue from 'askfirst:glue';
import { bytes } from 'askfirst:payload';
import { buttonOf, focusControl, question } from './banner';
import { browser, deliver, emit, ledger } from './browser';
import type { Files, Load } from './files';
import { keep, NAMES, options } from './settings';
import type { AskFirst, Consent, Level, Options, Props, Sent, Status, Texts } from './types';
import { language, words } from './words';

/** undefined until the first attempt to load: a page makes one, since each is a report to a site with a strict policy. */
let loaded: boolean | undefined;

/** Loads the module; whether the page allows it. */
function loadModule(): boolean {
  if (loaded === undefined) {
    loaded = false;
    try {
      glue.initSync({ module: bytes() });
      loaded = true;
    } catch (error) {
      console.warn("askfirst: off: the page does not allow WebAssembly (CSP: script-src needs 'wasm-unsafe-eval')", error);
    }
  }
  return loaded;
}

/** Calls into the module. Whatever is thrown there, the host page goes on. */
function call<T>(inside: () => T): T | undefined {
  if (loaded) {
    try {
      return inside();
    } catch (error) {
      loaded = !(error instanceof WebAssembly.RuntimeError);
      console.warn('askfirst failed:', error);
    }
  }
  return undefined;
}

/** Numbers and booleans as text, since the module takes strings. */
const text = (value: unknown): unknown => (typeof value === 'boolean' || Number.isFinite(value) ? `${value}` : value);

/** A page is shown; with `moved` perhaps only another part of it. */
const view = (moved: boolean): void =>
  call(() => {
    const { hostname, pathname, search } = location;
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const reached = [600, 1024, 1536].filter((width) => matchMedia(`(min-width:${width}px)`).matches).length;
    glue.page(moved, [hostname, pathname, search, document.referrer, load?.type], reached);
  });

const status = (): Status | undefined => call(() => glue.status());

/** Grants; without words the site's own banner, or another tool, asked. */
const grant = (level: Level, byVisitor: boolean, asked?: string): boolean =>
  call(() => {
    const tag = asked === undefined ? document.documentElement.lang.slice(0, 16) || 'und' : language;
    // As the wire takes it: one line, at most 2,000 bytes.
    return glue.grant([level, tag, asked?.replace(/\s+/g, ' ').slice(0, 500)], byVisitor, asked !== undefined);
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
};
export type Inside = typeof inside;

let load: Load | undefined;
let running = false;

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
  if (problem !== '') console.warn('askfirst is off:', problem ?? 'its options cannot be understood');
  return problem !== '';
};

/** Starts with the script tag's `data-*` attributes (`tag`) or with the options of `init`. */
export async function start(given: Partial<Options>, tag: boolean, loader: Load): Promise<void> {
  if (typeof document === 'undefined' || running || !loadModule()) return;
  load = loader;
  const strange = Object.keys({ ...given }).filter((name) => name !== 'texts' && !NAMES.includes(name as 'site'));
  if (strange[0] && (await explained(({ unknown }) => unknown(strange, tag)))) return;
  begin(given, tag);
}

function begin(given: Partial<Options>, tag: boolean): void {
  const channel = call(() => new BroadcastChannel('askfirst'));
  const stirred = (): unknown => call(() => glue.show(false));
  call(() => {
    const { texts } = given;
    const own = typeof texts === 'string' ? read(texts) : (texts ?? {});
    const shell = browser({
      clicked,
      stirred,
      answered: (number, code) => call(() => glue.answered(number, code)),
      wake: () => call(() => glue.wake()),
      changed(now) {
        emit('consent', now);
        channel?.postMessage(0);
      },
    });
    // A control character is no option's value.
    const values = NAMES.map((name) => {
      const value = name === 'policyNumber' ? text(given[name]) : given[name];
      return value === undefined || typeof value === 'string' ? value : '\0';
    });
    // Our question says that nobody else receives the data.
    const bad = !own ? 'texts' : given.recipients && !own.question ? 'recipients' : NAMES[glue.start(shell, values) - 1];
    if (bad) return void explained(({ wrong }) => wrong(bad, given[bad], tag));
    running = true;
    keep({ ...given, texts: own });
  });
  if (!running) return;
  // Another tab has answered.
  if (channel) {
    channel.onmessage = () => {
      stirred();
      emit('consent', status());
    };
  }
  // Extensions set the signal late.
  addEventListener('load', stirred);
  if (options.adapter) void use('adapters', (file) => file.follow(inside));
  view(false);
  stirred();
  const moved = (): void => view(true);
  const { navigation } = window as { navigation?: EventTarget };
  navigation?.addEventListener('currententrychange', moved);
  if (!navigation) {
    // Client-side navigation shows where the page calls the History API.
    addEventListener('popstate', moved);
    for (const name of ['pushState', 'replaceState'] as const) {
      const original = history[name];
      history[name] = function (...args) {
        original.apply(this, args);
        moved();
      };
    }
  }
  const leave = (): void => call(() => glue.leave());
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : stirred()));
}

/** Whether somebody just acted; where the browser does not say, the site's word stands. */
const acted = (): boolean => (navigator.userActivation as UserActivation | undefined)?.isActive ?? true;

export const track = (name: string, props?: Props): void =>
  call(() =>
    glue.track([
      location.pathname,
      name,
      ...Object.entries({ ...props }).flatMap(([name, value]) => (value === undefined ? [] : [name, text(value)])),
    ]),
  );
export const page = (): void => view(false);
export const identify = (subject?: string): void => call(() => glue.identify(typeof subject === 'string' ? subject : ''));
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
