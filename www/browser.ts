// The browser API that the module calls (src/browser.rs). It decides nothing and never throws.
import { draw } from './banner';
import { Wire } from './facts';
import { options, urlOf } from './settings';
import type { Level, Sent, Status } from './types';

/** The longest ledger. */
const KEPT = 100;
/** What this page load sent, oldest first. */
export const ledger: Sent[] = [];
let leaving = false;
/** Whether the page is being left. */
export const leave = (now: boolean): unknown => (leaving = now);
const warned = new Set<string>();
/** Whether the collector saw the signal in a request's header. */
let signalled = false;

/** What the browser calls. */
export interface Callbacks {
  answered(number: number, status: number, pause: number): unknown;
  wake(): unknown;
  clicked(event: Event): void;
  /** Something may have changed: read the consent again and update the banner. */
  update(): unknown;
  /** The collector accepted a message. */
  answer(answer: Response): unknown;
  /** Changes a hit in place; false drops it. */
  reduce(hit: object): boolean;
  /** The choice has changed. */
  changed(status: Status): void;
}

/** Dispatches `askfirst:<name>` on the document. */
export const emit = (name: string, detail: unknown): unknown => document.dispatchEvent(new CustomEvent(`askfirst:${name}`, { detail }));

/** Sends a message and records it in the ledger. Undefined if it could not be delivered. */
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
      // The browser sends it after the page is gone, so there is no answer.
      if (leaving && window.fetchLater?.(urlOf(entry.path), request)) return await new Promise<never>(() => undefined);
    } catch {
      // The browser's quota is used up.
    }
    return fetch(urlOf(entry.path), request);
  })().catch(() => undefined);
  if (!ledger.includes(entry)) {
    if (ledger.push(entry) > KEPT) ledger.shift();
    emit('sent', entry);
  }
  const answered = (answer?: Response): unknown => (entry.answer = answer?.status ?? 0);
  void sending.then(answered);
  return sending;
}

/** Reads a cookie or storage; empty if the browser denies it. */
export const allowed = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** So many random hex digits. */
const random = (digits: number): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(digits)), (byte) => (byte & 15).toString(16)).join('');

/** `entries` are messages by number: a retry is not a new entry of the ledger. */
export const browser = (callbacks: Callbacks, entries: Record<number, Sent> = {}) => ({
  ...callbacks,
  cookie: (name: string): string | undefined => allowed(() => document.cookie).match(`(?:^|; )${name}=([^;]*)`)?.[1],
  setCookie(name: string, value: string, seconds: number, domain = ''): void {
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    allowed(() => (document.cookie = `${name}=${value}; Max-Age=${seconds}; Path=/; SameSite=Lax${secure}${domain}`));
  },
  saysNo: (): boolean => {
    const { globalPrivacyControl, doNotTrack } = navigator as { globalPrivacyControl?: boolean; doNotTrack?: string | null };
    return signalled || globalPrivacyControl === true || doNotTrack === '1';
  },
  today: (): number => +new Date().toISOString().slice(0, 10).replace(/-/g, ''),
  random,
  newId: (): string => random(Wire.IdDigits),
  json: (value: object): string => allowed(() => JSON.stringify(value)),
  /** An object in any case, because the module reads its properties: what is kept on the device may be damaged. */
  parse: (json: string): object => Object(allowed(() => JSON.parse(json) as string)) as object,
  monotonic: (): number => +allowed(() => `${performance.now()}`),
  wakeIn(wait: number): void {
    setTimeout(callbacks.wake, wait);
  },
  send(number: number, path: string, level: Level, body: object, current: boolean): void {
    const answered = (answer?: Response): void => {
      if (!answer?.ok) this.warn(answer && answer.status < 500 ? 'message refused; the answer says why' : 'no answer', '');
      callbacks.answered(number, answer?.status ?? 0, Number(answer?.headers?.get('retry-after')) || 0);
      if (answer?.ok) callbacks.answer(answer);
      if (!signalled && answer?.headers?.get('askfirst-signal')) {
        signalled = true;
        callbacks.update();
      }
    };
    void deliver((entries[number] ??= { path, level, body }), options.credentials?.(body, current)).then(answered);
  },
  offline: (): boolean => !navigator.onLine,
  draw: (shown: string, level: Level): void => draw(callbacks.clicked, shown, level),
  warn(what: string, detail: string): void {
    if (!warned.has(what)) console.warn(`askfirst: ${what}`, detail);
    warned.add(what);
  },
});

export type Browser = ReturnType<typeof browser>;
