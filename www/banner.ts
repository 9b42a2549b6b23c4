// <askfirst-consent>: an element with an open shadow root that holds only a slot and the style, and its content in the light
// DOM, where refusal tools find it and hostile page styles cannot win against the shadow's `!important`. What of it shows is
// decided in src/banner.rs; the style sheet knows the names.
//
// No innerHTML, no style element, no inline style: nothing for a content security policy to forbid.
import style from 'askfirst:style';
import { options } from './settings';
import { schedule } from './task';
import type { Level } from './types';
import { language, words, type Words } from './words';

let host: HTMLElement | undefined;
/** The sentence that says what is now; a live region, so that a screen reader hears the change. */
let now: HTMLElement;
let control: HTMLElement;
let texts: Words | undefined;
/** Looked for once: they may be on their way. */
let wording: Words | Promise<Words> | undefined;
let latest: [shown: string, level: Level];

/** A new element with a text, the last child of the banner. */
function add(name: string, textContent: string): HTMLElement {
  const child = Object.assign(document.createElement(name), { textContent });
  host?.append(child);
  return child;
}

function button(name: 'reject' | 'accept' | 'settings' | 'manage'): HTMLElement {
  const child = add('button', texts?.[name] ?? '');
  child.dataset.askfirst = name;
  return child;
}

/** A style sheet that no policy forbids. */
function sheet(at: Document | ShadowRoot, rules: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  at.adoptedStyleSheets = [...at.adoptedStyleSheets, sheet];
  return sheet;
}

/** The words of the question, as they are shown. */
export const question = (): string => texts?.question.replace('{site}', () => options.controller || `${options.site}`) ?? '';

function build(clicked: (event: Event) => void): void {
  if (!texts) return;
  const made = (host = Object.assign(document.createElement('askfirst-consent'), {
    role: 'region',
    ariaLabel: texts.manage,
    lang: language,
    dir: /ar|he/.test(language) ? 'rtl' : 'ltr',
    onclick: clicked,
  }));
  add('h2', texts.title);
  add('p', question());
  if (options.policy) (add('a', texts.policy) as HTMLAnchorElement).href = options.policy;
  now = add('p', '');
  now.role = 'status';
  button('reject');
  button('accept');
  button('settings');
  control = button('manage');
  const root = made.attachShadow({ mode: 'open' });
  sheet(root, style + (options.style ?? ''));
  root.append(document.createElement('slot'));
  document.body.prepend(made);
  // Nothing that has the focus may lie behind it (WCAG 2.4.11): the page can be scrolled further by its height. Once it is painted,
  // since it makes the browser look at the whole page again.
  schedule(() => {
    const room = sheet(document, '');
    new ResizeObserver(() => {
      const height = made.offsetHeight;
      const end = `padding-block-end:${height + 32}px!important`;
      room.replaceSync(height ? `html{${end};scroll-${end}}` : '');
    }).observe(made);
  });
}

function update(): void {
  const [shown, level] = latest;
  if (!host || !texts) return;
  const focused = buttonOf(document.activeElement);
  host.dataset.shown = shown;
  now.textContent = (shown !== 'asking' && texts[level]) || '';
  // The button that had the focus is gone.
  if (focused && focused !== 'manage' && shown === 'closed') control.focus();
}

/** Shows that much of it, and what is now. */
export function draw(clicked: (event: Event) => void, shown: string, level: Level): void {
  latest = [shown, level];
  if (shown === 'hidden' || host) return update();
  const ready = (found: Words): void => {
    texts = found;
    // In the head of a page, without `defer`: once there is more of it, somebody asks again.
    if (!host && document.body) build(clicked);
    update();
  };
  wording ??= words();
  if (wording instanceof Promise) wording.then(ready);
  else ready(wording);
}

/** Which button of the banner it is. */
export const buttonOf = (element: unknown): string | undefined => (element as HTMLElement | null)?.dataset?.askfirst;

/** Gives the focus to the control where it would be lost: what had it is not shown any more. */
export function focusControl(): void {
  if (document.activeElement === document.body && latest[0] === 'closed') control.focus();
}
