// The border of the module: how it is loaded, called, and handed texts.
import * as glue from 'askfirst:glue';
import type { Module } from 'askfirst:payload';
import type { Props } from './types';

let loaded = false;

/** Starts the module. Throws where the page forbids it. */
export function loadModule(module: Module): void {
  glue.initSync(module);
  loaded = true;
}

/** Calls into the module. Whatever is thrown there, the host page goes on. */
export function call<T>(inside: () => T): T | undefined {
  if (loaded) {
    try {
      return inside();
    } catch (error) {
      // By its name: where WebAssembly is forbidden there may be no such class.
      loaded = (error as Error).name !== 'RuntimeError';
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
