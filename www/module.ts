// The border of the module: how it is loaded, called, and handed texts.
import * as glue from 'askfirst:glue';
import { bytes } from 'askfirst:payload';
import type { Props } from './types';

/** undefined until the first attempt to load: a page makes one, since each is a report to a site with a strict policy. */
let loaded: boolean | undefined;

/** Loads the module; whether the page allows it. */
export function loadModule(): boolean {
  if (loaded === undefined) {
    loaded = false;
    try {
      glue.initSync({ module: bytes() });
      loaded = true;
    } catch (error) {
      console.warn("askfirst is off: no WebAssembly (script-src needs 'wasm-unsafe-eval')", error);
    }
  }
  return loaded;
}

/** Calls into the module. Whatever is thrown there, the host page goes on. */
export function call<T>(inside: () => T): T | undefined {
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

/** Several texts in one, as the module takes them. What is none becomes a control character, which it refuses everywhere. */
export const inOne = (...texts: unknown[]): string =>
  texts
    .map((text) => (typeof text === 'string' ? text.slice(0, 2_000).replace(/\0/g, '\x01') : text === undefined ? '' : '\x01'))
    .join('\0');

/** Numbers, booleans and sums of money as text. */
export function text(value: unknown): unknown {
  const { amount, currency } = Object(value) as { amount?: unknown; currency?: unknown };
  if (currency) return `${Number(amount)} ${currency as string}`;
  return typeof value === 'boolean' || Number.isFinite(value) ? `${value as number}` : value;
}

/** Names and values in turn, without those that are undefined. */
export const inTurn = (props?: Props): unknown[] =>
  Object.entries({ ...props }).flatMap(([name, value]) => (value === undefined ? [] : [name, text(value)]));
