// What the wrappers for frameworks share: one start, and a status that changes only when what it says does.
import { consent, init } from 'askfirst:index';
import type { Options, Status } from './types';

const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((listener) => listener());

/** Starts; tells who follows when it runs, since nothing has changed then that an event would say. */
export const begin = (options: Options): void => void Promise.resolve(init(options) as unknown).then(tell);

let last: Status | undefined;

/** The status; the same object while it says the same. */
export function status(): Status | undefined {
  const now = consent.status();
  const same = now?.state === last?.state && now?.level === last?.level && now?.signal === last?.signal;
  return same ? last : (last = now);
}

/** Calls `listener` whenever the status may have changed, until what it returns is called. */
export function follow(listener: () => void): () => void {
  listeners.add(listener);
  document.addEventListener('askfirst:consent', listener);
  return () => {
    listeners.delete(listener);
    document.removeEventListener('askfirst:consent', listener);
  };
}

const { grant, deny, withdraw, show, ask } = consent;
/** What changes it. */
export const acts = { grant, deny, withdraw, show, ask };
