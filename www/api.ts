import { bytes, core as own } from 'askfirst:own';
import { call, type Core, core, cores, inOne, inTurn, lead } from './module';
import { buttonOf, focusControl, question } from './banner';
import { allowed, browser, deliver, emit, leave, ledger } from './browser';
import type { Files, Load } from './files';
import { keep, type Kept, options } from './settings';
import { soon } from './task';
import type { AskFirst, Consent, Level, Options, Props, Sent, Status } from './types';
import { language, words } from './words';

/** What is done once the banner stands: the first page goes first, then what the site asked for. */
const waiting: (() => void)[] = [];
const later = (does: () => void): void => {
  if (running) call(does);
  else if (waiting.length < 99) waiting.push(does);
};

/** The path that was shown last. */
let counted: string | undefined;
/** A page is shown; with `moved` perhaps only another part of it. Its address is noted at once: the page may soon change it. */
const view = (moved: boolean, search = location.search): void =>
  call(() => {
    const path = inside.path();
    if (path === undefined) return;
    later(() => {
      inside.shown((counted = path));
      const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const reached = [600, 1024, 1536].filter((width) => matchMedia(`(min-width:${width}px)`).matches).length;
      core.page(moved, inOne(location.hostname, path, search, document.referrer, load?.type), reached);
    });
  });

const status = (): Status | undefined => call(() => core.status());

/** Grants; without words the site's own banner, or another tool, asked. What it takes is loaded then, unless it is there. */
async function grant(level: Level, byVisitor?: boolean, asked?: string): Promise<boolean> {
  if (!cores.size) return false;
  // Whether somebody just acted; where the browser does not say, the site's word stands.
  byVisitor ??= (navigator.userActivation as UserActivation | undefined)?.isActive ?? true;
  const tag = asked === undefined ? document.documentElement.lang.slice(0, 16) || 'und' : language;
  // As the wire takes it: one line, at most 2,000 bytes.
  const texts = inOne(level, tag, asked?.replace(/\s+/g, ' ').slice(0, 500));
  const [before, no] = [core, refusals];
  if (!before.grant) await rise();
  // What was said last holds.
  const granted = no === refusals && call(() => core.grant?.(texts, byVisitor, asked !== undefined));
  // It was not allowed, or not kept: all stays as it was.
  if (!granted && cores.size) lead(before);
  return granted ?? false;
}

/** The whole module decides from now on, once it is loaded. */
async function rise(): Promise<void> {
  const agreed = await use('agreed', (file) => file.core);
  if (!agreed || core.grant) return;
  call(() => {
    // What was caught until now goes as what it is.
    core.wake();
    begun(agreed, options, counted);
    agreed.identify?.(person);
    lead(agreed);
  });
}

/** How often somebody said no. */
let refusals = 0;
const deny = (everything = false): void =>
  call(() => {
    refusals += 1;
    core.deny(everything);
  });

/** A click on one of the banner's buttons. Any click may refuse; only a trusted one may agree. */
function clicked({ target, isTrusted }: Event): void {
  const button = buttonOf(target);
  if (button === 'accept') void grant('anonymous', isTrusted, question());
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
      if (at !== undefined) core.track(inOne(at, name, ...inTurn(props)));
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
/** The site's own id of the person, until there is a module that can use it. */
let person = '';
let channel: BroadcastChannel | undefined;

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

/** Says what is wrong with the options, which the module cannot: most pages need no such words. Whether something is. */
const explained = async (explain: (file: Files['explain']) => string | undefined): Promise<boolean> => {
  const problem = await use('explain', (file) => explain(file) ?? '');
  if (problem !== '') console.warn('askfirst is off:', problem ?? 'bad options');
  return problem !== '';
};

/** Starts with the script tag's `data-*` attributes (`tag`) or with the options of `init`. */
export async function start(given: Partial<Options>, tag: boolean, loader: Load): Promise<void> {
  if (load) return;
  load = loader;
  // The page's own scripts may take the campaign out of the address while another file is on its way.
  const search = location.search;
  if (search.includes('askfirst-debug')) await use('debug', (file) => file.debug(inside, given, tag));
  local = /^$|^127\.|^\[::1]$|(^|\.)localhost$/.test(location.hostname);
  if (local && given?.local !== 'on') return console.info('askfirst is off on this machine without data-local="on"');
  if (document.prerendering) {
    // Nobody sees the page yet.
    await new Promise((seen) => document.addEventListener('prerenderingchange', seen));
  }
  const others = ({ known }: Core): string[] => Object.keys({ ...given }).filter((name) => !known.includes(name));
  const first = await firstCore(others(own)[0], loader);
  if (!first) return;
  // What few sites want of capturing is in a file of its own, and so are the words for what nobody knows.
  const more = others(first);
  if (more[0] && !(await use('capture', ({ capture }) => capture(more, given, tag, inside, explained)))) return;
  const moved = (): void => view(true);
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) navigation.addEventListener('currententrychange', moved);
  else await use('history', (file) => file.listen(moved));
  lead(first);
  call(() => begin(given, tag, search));
}

/** The module to start with, where there is an option of that name that ours does not know; none where the page forbids all. */
async function firstCore(option: string | undefined, load: Load): Promise<Core | undefined> {
  try {
    // Or where the choice that is kept is a yes.
    if (!own.grant && (option ?? allowed(() => localStorage['askfirst.choice'] as string) >= '2')) return (await load('agreed')).core;
    own.initSync(bytes());
    return own;
  } catch {
    // One attempt: each is a report to a site with a strict policy.
    try {
      return (await load('plain')).core;
    } catch (error) {
      console.warn("askfirst is off: script-src needs 'wasm-unsafe-eval'", error);
      return undefined;
    }
  }
}

const redraw = (): unknown => call(() => core.show(false));
/** Something that bears on the banner may have changed. */
async function stirred(): Promise<void> {
  // An id lies in the browser: from a yes in another tab, or from one that does not stand any more.
  if (!core.grant && cores.size && allowed(() => document.cookie).includes('askfirst_id=')) await rise();
  redraw();
}
const all = (does: (core: Core) => void): void => cores.forEach((each) => call(() => does(each)));

/** Starts a module (`Core.start`). */
const begun = (core: Core, given: Partial<Options>, path?: string): Kept | string =>
  core.start(
    browser({
      clicked,
      stirred,
      answered: (number, code, pause) => call(() => core.answered(number, code, pause)),
      wake: () => call(() => core.wake()),
      reduce: (hit) => inside.reduce(hit),
      answer(answer) {
        // Said while the site is developed.
        const say = (said: { undeclared?: string[] }): unknown =>
          said.undeclared && use('explain', (file) => file.undeclared(said.undeclared));
        if (local) answer.json().then(say, () => undefined);
      },
      changed(now) {
        emit('consent', now);
        channel?.postMessage(0);
      },
    }),
    given,
    path,
  );

function begin(given: Partial<Options>, tag: boolean, search: string): void {
  const kept = begun(core, given);
  if (typeof kept === 'string') return void explained(({ wrong }) => wrong(kept, (given as Record<string, unknown>)[kept], tag));
  keep(kept);
  core.ready?.(inside);
  // What the site has asked for meanwhile comes after its page.
  const asked = waiting.splice(0);
  view(false, search);
  asked.forEach(later);
  /** Counts the page, and does what the site has asked for. */
  const count = (): void => {
    running = true;
    waiting.splice(0).forEach(call);
  };
  // The banner first, and the hit once it is painted. But where the page took long the device or the line is slow, and its visitor
  // may soon be gone: then the hit goes first.
  if (performance.now() > 999) {
    count();
    soon(redraw, 'user-blocking');
  } else redraw();
  const left = (forGood: boolean): void => {
    count();
    leave(forGood);
    all((each) => each.leave(forGood));
    leave(false);
  };
  addEventListener('pagehide', () => left(true));
  document.addEventListener('visibilitychange', () => (document.hidden ? left(false) : stirred()));
  // Nothing else is wanted before the banner is painted.
  soon(() => {
    count();
    // Another tab has answered. Its message may come before what it stored; that comes with an event of its own.
    const followed = async (): Promise<void> => {
      await stirred();
      emit('consent', status());
    };
    addEventListener('storage', followed);
    call(() => {
      channel = new BroadcastChannel('askfirst');
      channel.onmessage = followed;
    });
    // It comes back whole from the back/forward cache: it is seen once more.
    addEventListener('pageshow', ({ persisted }) => persisted && view(false));
    addEventListener('online', () => all((each) => each.wake()));
    // Extensions set the signal late; and there may have been no body yet.
    document.addEventListener('readystatechange', redraw);
    redraw();
    // Later: the first look at the cookies waits for another process of the browser.
    setTimeout(stirred, 999);
  });
}

export const track = (name: string, props?: Props): void => inside.track(name, props);
export const page = (): void => later(() => view(false));
export const identify = (subject?: string, traits?: Props): void =>
  later(() => {
    person = typeof subject === 'string' ? subject : '';
    core.identify?.(person, traits);
  });
export const reset = (): void => identify();
export const forget = (): void => deny();
export const sent = (): Sent[] => [...ledger];

export const consent: Consent = {
  status,
  grant: (level = 'anonymous') => grant(level),
  deny: (options) => call(() => deny(options?.everything)),
  withdraw: forget,
  show() {
    if (!call(() => core.show(true)) && options.banner !== 'off') preferences();
  },
  ask: (level) => use('preferences', (file) => file.ask(level, inside, () => call(() => core.show(true)))),
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
