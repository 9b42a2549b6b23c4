// How long a page was looked at, and how far it was read: one event when it is left, in classes.
import type { Track } from './clicks';

/** Milliseconds after which somebody who does nothing is taken to be away. */
const IDLE = 30_000;

/** The classes' upper limits, in seconds. */
const SECONDS = [10, 30, 60, 180, 600];

/** The class of a time. */
export function secondsClass(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  const above = SECONDS.findIndex((limit) => seconds < limit);
  return above < 0 ? '600+' : `${above ? SECONDS[above - 1] : 0}-${SECONDS[above]}`;
}

/** The quarter of a page that was reached; `part` is from 0 to 1. */
export function scrollClass(part: number): string {
  const quarter = Math.max(1, Math.min(4, Math.ceil(part * 4 - 0.02)));
  return `${quarter * 25 - 25}-${quarter * 25}`;
}

/** Times the pages that `changed` names in turn. */
export class Engagement {
  #path: string | undefined;
  #looked = 0;
  #since = 0;
  #part = 0;
  #visible = (): boolean => document.visibilityState === 'visible';

  constructor(private track: Track) {
    const active = (): void => this.#count();
    for (const name of ['pointermove', 'pointerdown', 'scroll', 'wheel', 'input'])
      addEventListener(name, active, { capture: true, passive: true });
    document.addEventListener('visibilitychange', () => {
      if (this.#visible()) this.#since = performance.now();
      else this.#count(true);
      // A phone does not say when a page that it hides is left for good.
      if (!this.#visible() && matchMedia('(pointer:coarse)').matches) this.send();
    });
    addEventListener('pagehide', () => this.send());
    addEventListener('pageshow', ({ persisted }) => persisted && this.changed(undefined));
  }

  /** What was looked at since the last sign of life, as far as somebody was there. */
  #count(hidden = false): void {
    const now = performance.now();
    if (hidden || this.#visible()) this.#looked += Math.min(now - this.#since, IDLE);
    this.#since = now;
    const { scrollTop, scrollHeight, clientHeight } = document.scrollingElement ?? document.documentElement;
    this.#part = Math.max(this.#part, (scrollTop + clientHeight) / scrollHeight);
  }

  /** Another page is shown: the one before is done. */
  changed(path: string | undefined): void {
    if (path === this.#path) return;
    this.send();
    this.#path = path;
    this.#looked = this.#part = 0;
    this.#since = performance.now();
  }

  /** Says it, once for each page. */
  send(): void {
    if (this.#path === undefined) return;
    if (this.#visible()) this.#count();
    this.track('engagement', { seconds: secondsClass(this.#looked), scroll: scrollClass(this.#part) }, this.#path);
    this.#path = undefined;
  }
}
