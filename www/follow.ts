// Shared by the wrappers for frameworks: one start, and a status object that changes only if its content does.
import { consent, init } from 'askfirst:index';
import type { Options, Status } from './types';

const listeners = new Set<() => void>();
const notify = (): void => listeners.forEach((listener) => listener());

/** Starts, and then notifies the listeners: there is no event for it. */
export const begin = (options: Options): void => void Promise.resolve(init(options) as unknown).then(notify);

let last: Status | undefined;

/** The status; the same object while its content is the same. */
export function status(): Status | undefined {
  const now = consent.status();
  const same = now?.state === last?.state && now?.level === last?.level && now?.signal === last?.signal && now?.recorded === last?.recorded;
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
/** The functions that change it. */
export const actions = { grant, deny, withdraw, show, ask };
