// The browser, as the module sees it (src/browser.rs): reads and does, and decides nothing. Nothing in it throws.
import { draw } from './banner';
import { at } from './settings';
import type { Level, Sent, Status } from './types';

/** Entries of the ledger that are kept. */
const KEPT = 100;
/** What this page load sent, oldest first. */
export const ledger: Sent[] = [];
let leaving = false;
/** Whether the page is being left. */
export const leave = (now: boolean): unknown => (leaving = now);
const warned = new Set<string>();
/** Whether a request of this page carried the signal as a header only: the collector's answer tells. */
let signalled = false;

/** What the module is told by the browser. */
export interface Told {
  answered(number: number, status: number, pause: number): unknown;
  wake(): unknown;
  clicked(event: Event): void;
  /** Something that bears on the banner may have changed. */
  stirred(): unknown;
  /** The collector took a message. */
  answer(answer: Response): unknown;
  /** What the site leaves of a hit, in place; false drops it. */
  reduce(hit: object): boolean;
  /** The choice has changed. */
  changed(status: Status): void;
}

/** Dispatches `askfirst:<name>` on the document. */
export const emit = (name: string, detail: unknown): unknown => document.dispatchEvent(new CustomEvent(`askfirst:${name}`, { detail }));

/** Sends a message, and notes it in the ledger; no answer where it could not be delivered. */
export function deliver(entry: Sent, credentials = false): Promise<Response | undefined> {
  // A string makes it text/plain: no preflight. `credentials` and `referrerPolicy` are what `sendBeacon` cannot do.
  const sending = (async () => {
    const request: RequestInit = {
      method: 'POST',
      body: JSON.stringify(entry.body),
      keepalive: true,
      credentials: credentials ? 'include' : 'omit',
      referrerPolicy: 'no-referrer',
    };
    try {
      // The browser sends it when the page is gone; nobody is there for the answer.
      if (leaving && window.fetchLater?.(at(entry.path), request)) return await new Promise<never>(() => undefined);
    } catch {
      // More waits than the browser allows.
    }
    return fetch(at(entry.path), request);
  })().catch(() => undefined);
  if (!ledger.includes(entry)) {
    if (ledger.push(entry) > KEPT) ledger.shift();
    emit('sent', entry);
  }
  const answered = (answer?: Response): unknown => (entry.answer = answer?.status ?? 0);
  void sending.then(answered);
  return sending;
}

/** What the page reads, and may not where cookies or storage are denied: then it is empty. */
export const allowed = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** `entries` are messages by their numbers: one that is tried again stands in the ledger once. */
export const browser = (told: Told, entries: Record<number, Sent> = {}) => ({
  ...told,
  saysNo: (): boolean => {
    const { globalPrivacyControl, doNotTrack } = navigator as { globalPrivacyControl?: boolean; doNotTrack?: string | null };
    return signalled || globalPrivacyControl === true || doNotTrack === '1';
  },
  today: (): number => +new Date().toISOString().slice(0, 10).replace(/-/g, ''),
  random: (digits: number): string =>
    Array.from(crypto.getRandomValues(new Uint8Array(digits)), (byte) => (byte & 15).toString(16)).join(''),
  wakeIn(wait: number): void {
    setTimeout(told.wake, wait);
  },
  send(number: number, path: string, level: Level, body: object, credentials: boolean): void {
    const answered = (answer?: Response): void => {
      told.answered(number, answer?.status ?? 0, Number(answer?.headers?.get('retry-after')) || 0);
      if (answer?.ok) told.answer(answer);
      if (!signalled && answer?.headers?.get('askfirst-signal')) {
        signalled = true;
        told.stirred();
      }
    };
    void deliver((entries[number] ??= { path, level, body }), credentials).then(answered);
  },
  offline: (): boolean => !navigator.onLine,
  draw: (shown: string, level: Level): void => draw(told.clicked, shown, level),
  warn(what: string, detail: string): void {
    if (!warned.has(what)) console.warn(what, detail);
    warned.add(what);
  },
});

export type Browser = ReturnType<typeof browser>;
