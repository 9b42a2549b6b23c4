// Elements that the owner marked and that were seen: half of one, or half of the window full of it, once on each page.
import type { Track } from './clicks';

export function watch(track: Track): () => void {
  let seen = new Set<string>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, intersectionRatio, intersectionRect, rootBounds } of entries) {
        const name = (target as HTMLElement).dataset.askfirstView;
        const fills = rootBounds && intersectionRect.height > rootBounds.height / 2;
        if (!name || seen.has(name) || !isIntersecting || (intersectionRatio < 0.5 && !fills)) continue;
        seen.add(name);
        track('element view', { element: name });
      }
    },
    { threshold: [0, 0.25, 0.5] },
  );
  const find = (): void => document.querySelectorAll('[data-askfirst-view]').forEach((element) => observer.observe(element));
  new MutationObserver(find).observe(document.documentElement, { subtree: true, childList: true, attributeFilter: ['data-askfirst-view'] });
  find();
  // Another page: what is seen is seen anew.
  return () => {
    seen = new Set();
    observer.disconnect();
    find();
  };
}
