// How TypeScript calls the module.
import { core } from 'askfirst:glue';
import { text } from './text';
import type { Props } from './types';

export { core };

let running = false;
/** It runs from now on. */
export const setRunning = (): unknown => (running = true);

/** Calls the module. Errors do not reach the host page. */
export function call<T>(inside: () => T): T | undefined {
  if (running) {
    try {
      return inside();
    } catch (error) {
      // By its name: without WebAssembly there is no such class.
      if ((error as Error).name === 'RuntimeError') running = false;
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

/** Names and values in turn, without undefined values. */
export const flattenProps = (props?: Props): unknown[] =>
  Object.entries({ ...props }).flatMap(([name, value]) => (value === undefined ? [] : [name, text(value)]));
