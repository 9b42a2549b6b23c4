// The browser, as the module sees it (src/browser.rs): reads and does, and decides nothing. Nothing in it throws.
import type { Level, Options, Sent, Status } from './types';
import { draw } from './banner';

/** Entries of the ledger that are kept. */
const KEPT = 100;

/** What this page load sent, oldest first. */
export const ledger: Sent[] = [];
/** Messages on their way, by their numbers: a message that is tried again stands in the ledger once. */
const entries: Record<number, Sent> = {};
const warned = new Set<string>();

/** Dispatches `askfirst:<name>` on the document. */
const emit = (name: string, detail: unknown): unknown => document.dispatchEvent(new CustomEvent(`askfirst:${name}`, { detail }));

/** What the module is told by the browser. */
export interface Told {
  answered(number: number, status: number): void;
  wake(): void;
  clicked(event: Event): void;
}

export const browser = (told: Told, { site = '', endpoint = '', policy = '' }: Partial<Options>) => ({
  cookies: (): string => {
    try {
      return document.cookie;
    } catch {
      return '';
    }
  },
  setCookie(cookie: string): void {
    try {
      document.cookie = cookie + (location.protocol === 'https:' ? '; Secure' : '');
    } catch {
      // Denied.
    }
  },
  saysNo: (): boolean => {
    const { globalPrivacyControl, doNotTrack } = navigator as { globalPrivacyControl?: boolean; doNotTrack?: string | null };
    return globalPrivacyControl === true || doNotTrack === '1';
  },
  random: (digits: number): string =>
    Array.from(crypto.getRandomValues(new Uint8Array(digits)), (byte) => (byte & 15).toString(16)).join(''),
  wakeIn(wait: number): void {
    setTimeout(told.wake, wait);
  },
  send(number: number, path: string, level: Level, body: object): void {
    const entry = (entries[number] ??= { path, level, body });
    const answered = (response?: Response): void => {
      entry.answer = response?.status ?? 0;
      told.answered(number, entry.answer);
    };
    // `credentials` and `referrerPolicy` are what `sendBeacon` cannot do; a string makes it text/plain: no preflight.
    const fetching = async (): Promise<Response> =>
      fetch(endpoint.replace(/\/$/, '') + path, {
        method: 'POST',
        body: JSON.stringify(body),
        keepalive: true,
        credentials: 'omit',
        referrerPolicy: 'no-referrer',
      });
    fetching().then(answered, () => answered());
    if (!ledger.includes(entry)) {
      if (ledger.push(entry) > KEPT) ledger.shift();
      emit('sent', entry);
    }
  },
  changed: (status: Status): unknown => emit('consent', status),
  draw: (shown: string, level: Level, signal: boolean, canAsk: boolean): void =>
    draw(told.clicked, site, policy, shown, level, signal, canAsk),
  warn(what: string, detail: string): void {
    if (!warned.has(what)) console.warn(what, detail);
    warned.add(what);
  },
});

export type Browser = ReturnType<typeof browser>;
