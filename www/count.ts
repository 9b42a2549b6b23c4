// Page views and events, and the calls that wait until the banner is shown.
import { decoded } from './decode';
import { Wire } from './facts';
import { call, core, flattenProps, joinTexts } from './module';
import type { Props } from './types';

/** What the site's options change about counting (www/capture.ts). */
export interface Hooks {
  /** The path of the current page, decoded; undefined if it is excluded. */
  path(): string | undefined;
  /** Called for each page view. */
  shown(path: string): unknown;
  /** Changes a hit in place; false drops it. */
  reduce(hit: object): boolean;
}

let hooks: Hooks = {
  path: () => decoded(location.pathname),
  shown: () => undefined,
  reduce: () => true,
};
export const setHooks = (changed: Partial<Hooks>): unknown => (hooks = { ...hooks, ...changed });
export const path = (): string | undefined => hooks.path();
export const reduce = (hit: object): boolean => hooks.reduce(hit);

/** Calls that wait until the banner is shown: first the page view, then the site's own calls. */
const queue: (() => void)[] = [];
let started = false;
export const whenStarted = (does: () => void): void => {
  if (started) call(does);
  else if (queue.length < 99) queue.push(does);
};

/** Counts a page view; with `moved`, only if the path has changed. Reads the address at once: the page may soon change it. */
export const view = (moved: boolean, campaign: string[] = []): void =>
  call(() => {
    const at = path();
    if (at === undefined) return;
    whenStarted(() => {
      hooks.shown(at);
      const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const reached = [Wire.MediumViewport, Wire.LargeViewport, Wire.WideViewport].filter(
        (width) => matchMedia(`(min-width:${width}px)`).matches,
      ).length;
      core.page(moved, joinTexts(location.hostname, at, document.referrer, load?.type, ...campaign), reached);
    });
  });

/** Counts an event. */
export const track = (name: string, props?: Props, at?: string): void =>
  whenStarted(() => {
    at ??= path();
    if (at !== undefined) core.track(joinTexts(at, name, ...flattenProps(props)));
  });

/** Counts the first page view, and puts it before the calls that came in the meantime. */
export function viewFirst(campaign: string[]): void {
  const early = queue.splice(0);
  view(false, campaign);
  early.forEach(whenStarted);
}

/** Makes the calls that wait. Later ones do not wait. */
export function runQueue(): void {
  started = true;
  queue.splice(0).forEach(call);
}
