// Client-side navigation in browsers without the Navigation API: watches calls of the History API.

/** Calls `moved` when the page's address may have changed. */
export function listen(moved: () => void): void {
  addEventListener('popstate', moved);
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    const noticed: typeof original = (...args) => {
      original.apply(history, args);
      moved();
    };
    try {
      history[name] = noticed;
    } catch {
      // The page has frozen `history`.
    }
  }
}
