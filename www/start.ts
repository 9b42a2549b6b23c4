// Start-up: options, the module, the banner, the first page view.
import { bytes } from 'askfirst:payload';
import { buttonOf, question } from './banner';
import { browser, emit, leave } from './browser';
import { deny, grant, status } from './consent';
import { reduce, runQueue, setHooks, view, viewFirst } from './count';
import { campaign } from './decode';
import { explained, type Load, setLoad, use } from './files';
import { inside, preferences } from './inside';
import { call, core, joinTexts, setRunning } from './module';
import type { More, Switches } from './options';
import { setOptions } from './settings';
import { schedule } from './task';
import type { Options } from './types';

/** The options that need no on-demand file. */
const BASIC = ' site endpoint policy lang local ';

/** Starts with the script tag's `data-*` attributes (`tag`) or with the options of `init`. */
export async function start(given: Partial<Options>, tag: boolean, loader: Load): Promise<void> {
  if (!setLoad(loader)) return;
  // Read it now: the page's own scripts may remove the campaign from the address while a file is loading.
  const { search } = location;
  let from: string[] = [];
  try {
    from = campaign(search);
  } catch {
    // The page has broken what decoding uses.
  }
  if (search.includes('askfirst-debug')) await use('debug', (file) => file.debug(inside, given, tag));
  const local = /^$|^127\.|^\[::1]$|(^|\.)localhost$/.test(location.hostname);
  if (local && given?.local !== 'on') return console.info('askfirst is off on this machine without data-local="on"');
  if (document.prerendering) {
    // The page is not visible yet.
    await new Promise((seen) => document.addEventListener('prerenderingchange', seen));
  }
  let more: More | undefined;
  if (Object.keys({ ...given }).some((name) => !BASIC.includes(` ${name} `))) {
    more = await use('options', (file) => file.read(given, tag, inside, explained));
    if (!more) return;
  }
  if (!loadModule() && !(await loadOtherwise())) return;
  setRunning();
  call(() => begin({ given, tag, local, more, campaign: from }));
}

let refused: Error;
/** Compiles the module at once, so that a page that asks does so in its first task. False if the browser refuses. */
function loadModule(): boolean {
  try {
    core.initSync(bytes());
    return true;
  } catch (error) {
    refused = error as Error;
    return false;
  }
}

/** Compiles the module in the background, or loads it as plain JavaScript. False if the page forbids every kind. */
async function loadOtherwise(): Promise<boolean> {
  try {
    // A policy that forbids WebAssembly gives a CompileError; a second try would send its owner a second report.
    if (refused.name === 'CompileError') throw refused;
    core.initSync(await WebAssembly.compile(bytes() as Uint8Array<ArrayBuffer>));
    return true;
  } catch {
    const plain = await use('plain', ({ plain }) => {
      core.initSync(plain);
      return true;
    });
    if (!plain) console.warn("askfirst is off: script-src needs 'wasm-unsafe-eval'", refused);
    return plain ?? false;
  }
}

/** Handles a click on a button of the banner. Any click can reject; only a trusted one can consent. */
function clicked({ target, isTrusted }: Event): void {
  const button = buttonOf(target);
  if (button === 'accept') grant('anonymous', isTrusted, question());
  if (button === 'reject') deny();
  if (button === 'settings' || button === 'manage') preferences();
}

/** Brings the banner up to date after something may have changed. */
const update = (): unknown => call(() => core.show(false));

let channel: BroadcastChannel | undefined;

/** The ceiling is `anonymous`, visitors are counted before the choice, and the banner shows by itself. */
const DEFAULT: Switches = [2, 0, 0, false, false];

/** What a start needs. */
interface Start {
  given: Partial<Options>;
  tag: boolean;
  /** Whether the page is on localhost. */
  local: boolean;
  /** What askfirst-options.js makes of the options. */
  more: More | undefined;
  /** Source, medium and campaign of the address. */
  campaign: string[];
}

/** What the module calls. */
function browserOf({ local, more }: Start) {
  const plain = browser({
    clicked,
    update,
    reduce,
    answered: (number, code, pause) => call(() => core.answered(number, code, pause)),
    wake: () => call(() => core.wake()),
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
  });
  return { ...plain, ...more?.browser(plain) };
}

function begin(start: Start): void {
  const { given, tag, more, campaign } = start;
  const { site, endpoint, policy } = { ...given };
  const wrong = core.start(browserOf(start), joinTexts(site, endpoint, policy, more?.terms), ...(more?.switches ?? DEFAULT));
  if (wrong) return void explained((file) => file.wrong(wrong - 1, given, tag));
  setOptions({ ...(given as object), ...more?.options });
  if (more) setHooks(more.hooks);
  more?.ready();
  viewFirst(campaign);
  // Show the banner first and send the hit after it is painted. On a slow device or connection, send the hit first: the visitor may
  // leave soon.
  if (performance.now() > 999) {
    runQueue();
    schedule(update, 'user-blocking');
  } else update();
  const leavePage = (forGood: boolean): void => {
    runQueue();
    leave(forGood);
    call(() => core.leave(forGood));
    leave(false);
  };
  addEventListener('pagehide', () => leavePage(true));
  document.addEventListener('visibilitychange', () => (document.hidden ? leavePage(false) : update()));
  watchNavigation();
  // The rest can wait until the banner is painted.
  schedule(() => {
    runQueue();
    watch();
    update();
  });
}

/** Counts a page view when the address changes. */
function watchNavigation(): void {
  const moved = (): void => view(true);
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation) return navigation.addEventListener('currententrychange', moved);
  // Browsers without the Navigation API.
  addEventListener('popstate', moved);
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    call(() => {
      history[name] = (...args) => {
        original.apply(history, args);
        moved();
      };
    });
  }
}

/** Listens to what can change the choice or what can be sent. */
function watch(): void {
  // Another tab has changed the choice. Its message may arrive before the storage event.
  const otherTabChanged = (): void => {
    update();
    emit('consent', status());
  };
  addEventListener('storage', otherTabChanged);
  call(() => {
    channel = new BroadcastChannel('askfirst');
    channel.onmessage = otherTabChanged;
  });
  // Restored from the back/forward cache: count it again.
  addEventListener('pageshow', ({ persisted }) => persisted && view(false));
  addEventListener('online', () => call(() => core.wake()));
  // Extensions set the signal late, and there may have been no body yet.
  document.addEventListener('readystatechange', update);
  setTimeout(update, 999);
}
