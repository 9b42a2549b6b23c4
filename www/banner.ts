// <askfirst-consent>: an element with an open shadow root that holds only a slot and the style, and its content in the light
// DOM, where refusal tools find it and hostile page styles cannot win against the shadow's `!important`. What of it shows is
// decided in src/banner.rs; the style sheet knows the names.
//
// No innerHTML, no style element, no inline style: nothing for a content security policy to forbid.
import style from 'askfirst:style';
import { english as texts } from './texts/en';
import type { Level } from './types';

let host: HTMLElement | undefined;
/** The sentence that says what is now; a live region, so that a screen reader hears the change. */
let now: HTMLElement;
let control: HTMLElement;

/** A new element with a text, the last child of the banner. */
function add(name: string, textContent: string): HTMLElement {
  const child = Object.assign(document.createElement(name), { textContent });
  host?.append(child);
  return child;
}

function button(name: 'reject' | 'accept' | 'object' | 'manage'): HTMLElement {
  const child = add('button', texts[name]);
  child.dataset.askfirst = name;
  return child;
}

function build(clicked: (event: Event) => void, site: string, policy: string): HTMLElement {
  host = Object.assign(document.createElement('askfirst-consent'), {
    role: 'region',
    ariaLabel: texts.manage,
    lang: 'en',
    onclick: clicked,
  });
  add('h2', texts.title);
  add(
    'p',
    texts.question.replace('{site}', () => site),
  );
  if (policy) (add('a', texts.policy) as HTMLAnchorElement).href = policy;
  now = add('p', '');
  now.role = 'status';
  button('reject');
  button('accept');
  button('object');
  control = button('manage');
  const root = host.attachShadow({ mode: 'open' });
  root.append(document.createElement('slot'));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  document.body.prepend(host);
  return host;
}

/** Shows that much of it, and what is now. `canAsk`: there is a level to agree to. */
export function draw(
  clicked: (event: Event) => void,
  site: string,
  policy: string,
  shown: string,
  level: Level,
  signal: boolean,
  canAsk: boolean,
): void {
  if (!host && shown === 'hidden') return;
  const { dataset } = (host ??= build(clicked, site, policy));
  const focused = buttonOf(document.activeElement);
  Object.assign(dataset, { shown, ask: canAsk });
  control.ariaExpanded = `${shown === 'open'}`;
  now.textContent = `${level in texts ? texts[level as 'none'] : texts.granted} ${signal ? texts.signal : ''}`;
  // The button that had the focus is about to go.
  if (focused && shown === 'closed') control.focus();
}

/** Which button of the banner it is. */
export const buttonOf = (element: unknown): string | undefined => (element as HTMLElement | null)?.dataset?.askfirst;
