// The border of the module: how it is called, and handed texts.
import type { Glue } from 'askfirst:glue';
import type { Inside } from './api';
import type { Browser } from './browser';
import type { Kept } from './settings';
import type { Options, Props, Texts } from './types';

/** A module, as the entry calls it. */
export interface Core extends Omit<Glue, 'start' | 'identify'> {
  /** The options that it reads. */
  known: readonly string[];
  /**
   * Starts with the options, in a page that was counted where there is a path. What is to be kept of the options, or the name of
   * one that cannot be understood: then it does not run.
   */
  start(browser: Browser, given: Partial<Options>, path?: string): Kept | string;
  /** It runs: what options ask for beside it. */
  ready?(inside: Inside): void;
  /** The site's own id of the person; what is said of them is kept with it, at `full`. */
  identify?(subject: string, traits?: Props): void;
  /** The banner's words for what only it can bring about, in English. */
  words?: Partial<Texts>;
}

/** The module that decides. */
export let core: Core;
/** All that run: after a yes, the one before still delivers what it has. */
export const cores = new Set<Core>();

/** A module runs, and decides from now on. */
export const lead = (next: Core): unknown => cores.add((core = next));

/** Calls into a module. Whatever is thrown there, the host page goes on. */
export function call<T>(inside: () => T): T | undefined {
  if (cores.size) {
    try {
      return inside();
    } catch (error) {
      // By its name: where WebAssembly is forbidden there may be no such class.
      if ((error as Error).name === 'RuntimeError') cores.clear();
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
