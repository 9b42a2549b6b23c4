import * as glue from 'askfirst:glue';
import { bytes } from 'askfirst:payload';
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

/** What the module hands to the browser: called with a click, with a message and its answer, or by the timer with nothing. */
const listener = (event?: object, answer?: unknown): void =>
  call(() => (answer ? glue.answered(event, answer) : event ? glue.clicked(event) : glue.wake()));

/** Starts with the script tag's `data-*` attributes (`tag`) or with the options of `init`. */
export function start(options: object, tag: boolean): void {
  if (typeof document === 'undefined' || !load() || !call(() => glue.start({ ...options }, tag, listener))) return;
  const moved = (): void => call(() => glue.moved());
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

export const init = (options: Options): void => start(options, false);
export const track = (name: string, props?: Props): void => call(() => glue.track(name, { ...props }));
export const page = (): void => call(() => glue.page());
export const identify = (subject: string): void => call(() => glue.identify(subject));
export const reset = (): void => call(() => glue.identify(undefined));
export const forget = (): void => call(() => glue.deny(false));
export const sent = (): Sent[] => [...(call(() => glue.sent()) ?? [])];

export const consent: Consent = {
  status: (): Status | undefined => call(() => glue.status()),
  grant: (level) => call(() => glue.grant(level)) ?? false,
  deny: (options) => call(() => glue.deny(options?.everything ?? false)),
  withdraw: forget,
  show: () => call(() => glue.show()),
};

export const api: AskFirst = { init, track, page, identify, reset, forget, sent, consent };
