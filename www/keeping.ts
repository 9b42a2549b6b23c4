// The part of the browser API that only the whole module calls (src/browser.rs): cookies and the stored queue. It never throws.
import { allowed } from './browser';

/** The key of undelivered messages under an id, as JSON, and how many are stored. */
const QUEUE = 'askfirst.queue';
const LONGEST_QUEUE = 20;

/** The stored queue; empty if it cannot be read. */
function stored(): object[] {
  try {
    return (JSON.parse(localStorage[QUEUE] as string) as object[]).filter((body) => Object(body) === body);
  } catch {
    return [];
  }
}

export const keeping = {
  cookies: (): string => allowed(() => document.cookie),
  setCookie(cookie: string): void {
    try {
      document.cookie = `${cookie}; Path=/; SameSite=Lax${location.protocol === 'https:' ? '; Secure' : ''}`;
    } catch {
      // Denied.
    }
  },
  store(bodies?: object[]): void {
    try {
      // Keep what another tab has stored.
      if (bodies) localStorage[QUEUE] = JSON.stringify([...stored(), ...bodies].slice(-LONGEST_QUEUE));
      else localStorage.removeItem(QUEUE);
    } catch {
      // Denied, or full.
    }
  },
  restore(): object[] {
    const bodies = stored();
    this.store();
    return bodies;
  },
};
