import * as glue from 'askfirst:glue';
import { bytes } from 'askfirst:payload';
import { buttonOf } from './banner';
import { browser, ledger } from './browser';
import type { AskFirst, Consent, Options, Props, Sent, Status } from './types';

/** undefined until the first attempt to load: a page makes one, since each is a report to a site with a strict policy. */
let loaded: boolean | undefined;

/** Loads the module; whether the page allows it. */
function load(): boolean {
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
      console.warn('askfirst: an unexpected error', error);
    }
  }
  return undefined;
}

/** Names and values in turn, without those that are undefined; numbers and booleans as text, since the module takes strings. */
const inTurn = (object: object, numbers: (name: string) => boolean = () => true): unknown[] =>
  Object.entries(object).flatMap(([name, value]) =>
    value === undefined ? [] : [name, numbers(name) && (typeof value === 'boolean' || Number.isFinite(value)) ? `${value}` : value],
  );

/** A page is shown; with `moved` perhaps only another part of it. */
const view = (moved: boolean): void =>
  call(() => {
    const { hostname, pathname, search } = location;
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const reached = [600, 1024, 1536].filter((width) => matchMedia(`(min-width:${width}px)`).matches).length;
    glue.page(moved, [hostname, pathname, search, document.referrer, load?.type], reached);
  });

/** A click on one of the banner's buttons. Any click may refuse; only a trusted one may agree. */
function clicked({ target, isTrusted }: Event): void {
  const button = buttonOf(target);
  if (button === 'accept') call(() => glue.grant('anonymous', isTrusted, true));
  if (button === 'reject' || button === 'object') call(() => glue.deny(button === 'object'));
  if (button === 'manage') call(() => glue.show((target as Element).ariaExpanded !== 'true'));
}

/** Starts with the script tag's `data-*` attributes (`tag`) or with the options of `init`. */
export function start(options: Partial<Options>, tag: boolean): void {
  if (typeof document === 'undefined' || !load()) return;
  const told = {
    clicked,
    answered: (number: number, status: number): void => call(() => glue.answered(number, status)),
    wake: (): void => call(() => glue.wake()),
  };
  const started = call(() => {
    const given = { ...options };
    return glue.start(
      browser(told, given),
      inTurn(given, (name) => name === 'policyNumber'),
      tag,
    );
  });
  if (!started) return;
  view(false);
  call(() => glue.show(false));
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
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : call(() => glue.back())));
}

/** Whether somebody just acted; where the browser does not say, the site's word stands. */
const acted = (): boolean => (navigator.userActivation as UserActivation | undefined)?.isActive ?? true;

export const init = (options: Options): void => start(options, false);
export const track = (name: string, props?: Props): void => call(() => glue.track([location.pathname, name, ...inTurn({ ...props })]));
export const page = (): void => view(false);
export const identify = (subject?: string): void => call(() => glue.identify(typeof subject === 'string' ? subject : ''));
export const reset = (): void => identify();
export const forget = (): void => call(() => glue.deny(false));
export const sent = (): Sent[] => [...ledger];

export const consent: Consent = {
  status: (): Status | undefined => call(() => glue.status()),
  grant: (level = 'anonymous') => call(() => glue.grant(level, acted(), false)) ?? false,
  deny: (options) => call(() => glue.deny(options?.everything ?? false)),
  withdraw: forget,
  show: () => call(() => glue.show(true)),
};

export const api: AskFirst = { init, track, page, identify, reset, forget, sent, consent };
