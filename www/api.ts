import { bytes, core as own } from 'askfirst:own';
import { call, type Core, core, cores, flattenProps, joinTexts, makeActive } from './module';
import { buttonOf, focusControl, question } from './banner';
import { allowed, browser, deliver, emit, leave, ledger } from './browser';
import { Wire } from './facts';
import type { Files, Load } from './files';
import { type ActiveOptions, options, setOptions } from './settings';
import { schedule } from './task';
import type { AskFirst, Consent, Level, Options, Props, Sent, Status } from './types';
import { language, words } from './words';

/** Calls that wait until the banner is shown: first the page view, then the site's own calls. */
const queue: (() => void)[] = [];
const whenStarted = (does: () => void): void => {
  if (running) call(does);
  else if (queue.length < 99) queue.push(does);
};

/** The path of the last page view. */
let lastPath: string | undefined;
/** Counts a page view; with `moved`, only if the path has changed. Reads the address at once: the page may soon change it. */
const view = (moved: boolean, search = location.search): void =>
  call(() => {
    const path = inside.path();
    if (path === undefined) return;
    whenStarted(() => {
      inside.shown((lastPath = path));
      const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const reached = [Wire.MediumViewport, Wire.LargeViewport, Wire.WideViewport].filter(
        (width) => matchMedia(`(min-width:${width}px)`).matches,
      ).length;
      core.page(moved, joinTexts(location.hostname, path, search, document.referrer, load?.type), reached);
    });
  });

const status = (): Status | undefined => call(() => core.status());

/** Grants a level, and loads the whole module for it. Without `asked`, the site's own banner or another tool asked. */
async function grant(level: Level, byVisitor?: boolean, asked?: string): Promise<boolean> {
  if (!cores.size) return false;
  // Whether a person just acted. If the browser does not tell, trust the site.
  byVisitor ??= (navigator.userActivation as UserActivation | undefined)?.isActive ?? true;
  const tag = asked === undefined ? document.documentElement.lang.slice(0, Wire.LanguageTag) || 'und' : language;
  // The collector accepts one line of at most 2,000 bytes.
  const texts = joinTexts(level, tag, asked?.replace(/\s+/g, ' ').slice(0, 500));
  const [before, no] = [core, refusals];
  if (!before.grant) await loadWholeModule();
  // A rejection in the meantime has precedence.
  const granted = no === refusals && call(() => core.grant?.(texts, byVisitor, asked !== undefined));
  // Not allowed, or not stored: nothing changes.
  if (!granted && cores.size) makeActive(before);
  return granted ?? false;
}

/** Loads the whole module and makes it the active one. */
async function loadWholeModule(): Promise<void> {
  const agreed = await use('agreed', (file) => file.core);
  if (!agreed || core.grant) return;
  call(() => {
    // Earlier hits keep the level at which they were made.
    core.wake();
    startCore(agreed, options, lastPath);
    agreed.identify?.(person);
    makeActive(agreed);
  });
}

/** How often the visitor has rejected. */
let refusals = 0;
const deny = (everything = false): void =>
  call(() => {
    refusals += 1;
    core.deny(everything);
  });

/** Handles a click on a button of the banner. Any click can reject; only a trusted one can consent. */
function clicked({ target, isTrusted }: Event): void {
  const button = buttonOf(target);
  if (button === 'accept') void grant('anonymous', isTrusted, question());
  if (button === 'reject') deny();
  if (button === 'settings' || button === 'manage') preferences();
}

/** What on-demand files may use. */
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
    whenStarted(() => {
      const at = path ?? inside.path();
      if (at !== undefined) core.track(joinTexts(at, name, ...flattenProps(props)));
    }),
  /** The path of the current page; undefined if it is excluded. */
  path: (): string | undefined => location.pathname,
  /** Called for each page view. */
  shown: (() => undefined) as (path: string) => unknown,
  /** Changes a hit in place; false drops it. */
  reduce: (() => true) as (hit: object) => boolean,
};
export type Inside = typeof inside;

let load: Load | undefined;
let running = false;
/** Whether the page is on localhost. */
let local = false;
/** The site's own id of the person, kept for the whole module. */
let person = '';
let channel: BroadcastChannel | undefined;

/** Opens the preferences. */
const preferences = (): void => void use('preferences', (file) => file.preferences(inside));

/** Loads an on-demand file and calls `then` with it. Undefined if that failed. */
async function use<Name extends keyof Files, T>(name: Name, then: (file: Files[Name]) => T): Promise<Awaited<T> | undefined> {
  if (!load) return undefined;
  try {
    return await then(await load(name));
  } catch (error) {
    console.warn(`askfirst failed: ${name}`, error);
    return undefined;
  }
}

/** Prints what is wrong with the options. The messages are in an on-demand file. Returns whether something is wrong. */
const explained = async (explain: (file: Files['explain']) => string | undefined): Promise<boolean> => {
  const problem = await use('explain', (file) => explain(file) ?? '');
  if (problem !== '') console.warn('askfirst is off:', problem ?? 'bad options');
  return problem !== '';
};

/** Starts with the script tag's `data-*` attributes (`tag`) or with the options of `init`. */
export async function start(given: Partial<Options>, tag: boolean, loader: Load): Promise<void> {
  if (load) return;
  load = loader;
  // Read it now: the page's own scripts may remove the campaign from the address while a file is loading.
  const search = location.search;
  if (search.includes('askfirst-debug')) await use('debug', (file) => file.debug(inside, given, tag));
  local = /^$|^127\.|^\[::1]$|(^|\.)localhost$/.test(location.hostname);
  if (local && given?.local !== 'on') return console.info('askfirst is off on this machine without data-local="on"');
  if (document.prerendering) {
    // The page is not visible yet.
    await new Promise((seen) => document.addEventListener('prerenderingchange', seen));
  }
  const unknownOptions = ({ known }: Core): string[] => Object.keys({ ...given }).filter((name) => !known.includes(name));
  const first = await firstCore(unknownOptions(own)[0], loader);
  if (!first) return;
  // Options of the on-demand file `capture`, or misspelt ones.
  const more = unknownOptions(first);
  if (more[0] && !(await use('capture', ({ capture }) => capture(more, given, tag, inside, explained)))) return;
  const moved = (): void => view(true);
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) navigation.addEventListener('currententrychange', moved);
  else await use('history', (file) => file.listen(moved));
  makeActive(first);
  call(() => begin(given, tag, search));
}

/** The module to start with; undefined if the page forbids every kind. `option`: one that our own module does not know. */
async function firstCore(option: string | undefined, load: Load): Promise<Core | undefined> {
  try {
    // The whole module: for such an option, or if the stored choice is a consent.
    if (!own.grant && (option ?? allowed(() => localStorage[Wire.ChoiceKey] as string) >= '2')) return (await load('agreed')).core;
    own.initSync(bytes());
    return own;
  } catch {
    // Only one attempt: each sends a report to a site with a strict policy.
    try {
      return (await load('plain')).core;
    } catch (error) {
      console.warn("askfirst is off: script-src needs 'wasm-unsafe-eval'", error);
      return undefined;
    }
  }
}

const redraw = (): unknown => call(() => core.show(false));
/** Brings the module and the banner up to date after something may have changed. */
async function recheck(): Promise<void> {
  // There is an id: from a consent in another tab, or from one that has expired.
  if (!core.grant && cores.size && allowed(() => document.cookie).includes(`${Wire.IdCookie}=`)) await loadWholeModule();
  redraw();
}
const all = (does: (core: Core) => void): void => cores.forEach((each) => call(() => does(each)));

/** Starts a module with what it may call. */
const startCore = (core: Core, given: Partial<Options>, path?: string): ActiveOptions | string =>
  core.start(
    browser({
      clicked,
      recheck,
      answered: (number, code, pause) => call(() => core.answered(number, code, pause)),
      wake: () => call(() => core.wake()),
      reduce: (hit) => inside.reduce(hit),
      answer(answer) {
        // On localhost, report events and values that the collector does not know.
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
  const active = startCore(core, given);
  if (typeof active === 'string') return void explained(({ wrong }) => wrong(active, (given as Record<string, unknown>)[active], tag));
  setOptions(active);
  core.ready?.(inside);
  // Calls that came in the meantime follow the page view.
  const asked = queue.splice(0);
  view(false, search);
  asked.forEach(whenStarted);
  /** Counts the page view and makes the queued calls. */
  const runQueue = (): void => {
    running = true;
    queue.splice(0).forEach(call);
  };
  // Show the banner first and send the hit after it is painted. On a slow device or connection, send the hit first: the visitor may
  // leave soon.
  if (performance.now() > 999) {
    runQueue();
    schedule(redraw, 'user-blocking');
  } else redraw();
  const leavePage = (forGood: boolean): void => {
    runQueue();
    leave(forGood);
    all((each) => each.leave(forGood));
    leave(false);
  };
  addEventListener('pagehide', () => leavePage(true));
  document.addEventListener('visibilitychange', () => (document.hidden ? leavePage(false) : recheck()));
  // The rest can wait until the banner is painted.
  schedule(() => {
    runQueue();
    // Another tab has changed the choice. Its message may arrive before the storage event.
    const otherTabChanged = async (): Promise<void> => {
      await recheck();
      emit('consent', status());
    };
    addEventListener('storage', otherTabChanged);
    call(() => {
      channel = new BroadcastChannel('askfirst');
      channel.onmessage = otherTabChanged;
    });
    // Restored from the back/forward cache: count it again.
    addEventListener('pageshow', ({ persisted }) => persisted && view(false));
    addEventListener('online', () => all((each) => each.wake()));
    // Extensions set the signal late, and there may have been no body yet.
    document.addEventListener('readystatechange', redraw);
    redraw();
    // Delayed: the first read of the cookies waits for another process of the browser.
    setTimeout(recheck, 999);
  });
}

export const track = (name: string, props?: Props): void => inside.track(name, props);
export const page = (): void => whenStarted(() => view(false));
export const identify = (subject?: string, traits?: Props): void =>
  whenStarted(() => {
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

/** The API. `load` loads on-demand files. */
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
