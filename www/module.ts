// How TypeScript calls the module.
import type { Glue } from 'askfirst:glue';
import type { Inside } from './api';
import type { Browser } from './browser';
import type { ActiveOptions } from './settings';
import type { Options, Props, Texts } from './types';

/** A running module. */
export interface Core extends Omit<Glue, 'start' | 'identify'> {
  /** The options that it reads. */
  known: readonly string[];
  /**
   * Starts with the options. `path`: of the last page view, if there was one. Returns the options to use, or the name of a wrong
   * one: then it does not run.
   */
  start(browser: Browser, given: Partial<Options>, path?: string): ActiveOptions | string;
  /** Called after the start. */
  ready?(inside: Inside): void;
  /** Sets the site's own id of the person. The traits are stored with it at `full`. */
  identify?(subject: string, traits?: Props): void;
  /** The banner's English words for levels that only this module can grant. */
  words?: Partial<Texts>;
}

/** The active module. */
export let core: Core;
/** All running modules: after consent, the earlier one still delivers its messages. */
export const cores = new Set<Core>();

/** Makes a module the active one. */
export const makeActive = (next: Core): unknown => cores.add((core = next));

/** Calls a module. Errors do not reach the host page. */
export function call<T>(inside: () => T): T | undefined {
  if (cores.size) {
    try {
      return inside();
    } catch (error) {
      // By its name: without WebAssembly there is no such class.
      if ((error as Error).name === 'RuntimeError') cores.clear();
      console.warn('askfirst failed:', error);
    }
  }
  return undefined;
}

/** Joins texts with U+0000, as the module reads them. Other values become a control character, which the module rejects. */
export const joinTexts = (...texts: unknown[]): string =>
  texts
    .map((text) => (typeof text === 'string' ? text.slice(0, 2_000).replace(/\0/g, '\x01') : text === undefined ? '' : '\x01'))
    .join('\0');

/** Converts numbers, booleans and sums of money to text. */
export function text(value: unknown): unknown {
  const { amount, currency } = Object(value) as { amount?: unknown; currency?: unknown };
  if (currency) return `${Number(amount)} ${currency as string}`;
  return typeof value === 'boolean' || Number.isFinite(value) ? `${value as number}` : value;
}

/** Names and values in turn, without undefined values. */
export const flattenProps = (props?: Props): unknown[] =>
  Object.entries({ ...props }).flatMap(([name, value]) => (value === undefined ? [] : [name, text(value)]));
