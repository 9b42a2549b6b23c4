// Optional capturing, an on-demand file. It is loaded before the first page view if one of its options is given, because some of them
// change that view.
import type { Hooks } from './count';
import { decoded } from './decode';
import type { Inside } from './inside';
import type { Explained } from './options';
import { DOWNLOADS, follow } from './capture/clicks';
import { watch } from './capture/elements';
import { Engagement } from './capture/engagement';
import { apply, type BeforeSend } from './capture/hook';
import { pathOf, type Wanted } from './capture/paths';
import { CAPTURE } from './facts';
import type { Options } from './types';

/** The words of `data-capture`, except `all`. */
const WORDS: string[] = CAPTURE.filter((word) => word !== 'all');
const list = (text: string | undefined): string[] => (text ?? '').split(/[\s,]+/).filter(Boolean);

/** What each option of this file must be, in words and as a check. */
const RIGHT: Record<string, [right: string, is: (value: unknown) => boolean]> = {
  capture: [
    `all, or some of ${WORDS.join(' ')}`,
    (value) => list(`${value as string}`).every((word) => word === 'all' || WORDS.includes(word)),
  ],
  downloads: ['extensions such as "pdf zip"', (value) => list(`${value as string}`).every((word) => /^\w+$/.test(word))],
  routes: ['path|hash', (value) => value === 'path' || value === 'hash'],
  canonical: ['on|off', (value) => value === 'on' || value === 'off'],
  paths: ['rules such as "/users/:id"', (value) => list(`${value as string}`).every((rule) => rule.startsWith('/'))],
  exclude: ['patterns such as "/admin/**"', (value) => list(`${value as string}`).every((rule) => rule.startsWith('/'))],
  beforeSend: ['a function, or the name of one on the window', (value) => typeof hook(value) === 'function'],
};

const hook = (value: unknown): unknown => (typeof value === 'string' ? (window as unknown as Record<string, unknown>)[value] : value);

/** Sets up what these options ask for. Returns what they change about counting; undefined if one is wrong. */
export async function capture(
  names: string[],
  given: Partial<Options>,
  tag: boolean,
  inside: Inside,
  explained: Explained,
): Promise<Partial<Hooks> | undefined> {
  for (const name of names) {
    const right = RIGHT[name];
    const value = (given as Record<string, unknown>)[name];
    const wrong = right
      ? !right[1](value) && (await explained((file) => file.mustBe(name, right[0], tag)))
      : await explained((file) => file.unknown([name], Object.keys(RIGHT), tag));
    if (wrong) return undefined;
  }
  const words = new Set(list(given.capture));
  if (words.has('all')) for (const word of WORDS) words.add(word);
  const wanted: Wanted = {
    rules: list(given.paths).map(decoded),
    excluded: list(given.exclude).map(decoded),
    hash: given.routes === 'hash',
    canonical: given.canonical === 'on',
  };
  const { track } = inside;
  const engagement = words.has('engagement') ? new Engagement(track) : undefined;
  const again = words.has('elements') ? watch(track) : undefined;
  let last: string | undefined;
  const before = hook(given.beforeSend) as BeforeSend | undefined;
  follow(words, list(given.downloads ?? DOWNLOADS), track);
  if (words.has('missing')) {
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    if (load?.responseStatus === 404 || document.querySelector('[data-askfirst-missing]')) track('page not found');
  }
  if (words.has('vitals')) void inside.use('vitals', (file) => file.measure(track));
  return {
    path: () => pathOf(wanted, { location, link: document.querySelector<HTMLLinkElement>('link[rel=canonical]')?.href }),
    shown: (path) => {
      engagement?.changed(path);
      if (last !== undefined && path !== last) again?.();
      last = path;
    },
    ...(before && { reduce: (hit) => apply(before, hit) }),
  };
}
