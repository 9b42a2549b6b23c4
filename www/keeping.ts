// The browser, as only the whole module sees it (src/browser.rs): what is kept on the device under an id. Nothing in it throws.
import { allowed } from './browser';

/** Messages under an id that have not arrived, as JSON; the last so many. */
const QUEUE = 'askfirst.queue';
const LONGEST_QUEUE = 20;

/** What lies in the queue; nothing where it cannot be read. */
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
      // What another tab has stored stays.
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
