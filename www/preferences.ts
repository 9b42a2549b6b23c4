// The second layer, loaded when somebody opens it: what the visitor may choose, what this page has sent, the receipt, and the
// separate question for `full`. A modal <dialog> in the open shadow root of <askfirst-preferences>: the browser holds the focus in
// it, gives it back, and lets Escape close it, which decides nothing.
import style from 'askfirst:preferences-style';
import english from './texts/en.json';
import type { Inside } from './api';
import { element } from './element';
import type { Level, Texts } from './types';

const LEVELS: Level[] = ['none', 'aggregated', 'anonymous', 'full'];

/** What there is to know about the page when a dialog opens. */
interface Page extends Inside {
  texts: Texts;
  /** The site, or who is responsible for it. */
  name: string;
}

async function read(inside: Inside): Promise<Page> {
  const { controller, site } = inside.options();
  return { ...inside, texts: { ...english, ...(await inside.words()) }, name: controller || `${site}` };
}

/** Chooses a level; whether it was allowed and kept. `words`: what asked. */
async function choose(page: Page, level: Level, trusted: boolean, words: string): Promise<boolean> {
  if (level !== 'none') return page.grant(level, trusted, words);
  page.deny(true);
  return true;
}

/** The levels that may be chosen here, lowest first. `full` has its own question; who agreed to it finds it here, to take it back. */
function levels(page: Page): Level[] {
  const { audience, level = 'anonymous' } = page.options();
  const below = LEVELS.slice(0, LEVELS.indexOf(audience === 'children' ? 'aggregated' : level) + 1);
  return below.filter((level) => level !== 'full' || page.status()?.level === 'full');
}

let open: HTMLDialogElement | undefined;

/** Shows a dialog with that content; a second one closes the first. */
function show(page: Page, label: string, content: (close: () => void) => Node[]): HTMLDialogElement {
  open?.close();
  const host = element('askfirst-preferences' as 'div', { lang: page.language(), dir: /^(ar|he)/.test(page.language()) ? 'rtl' : 'ltr' });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const dialog = element('dialog', { part: 'dialog', ariaLabel: label });
  dialog.setAttribute('part', 'dialog');
  dialog.append(element('h2', { textContent: label }), ...content(() => dialog.close()));
  root.append(dialog);
  document.body.append(host);
  dialog.addEventListener('close', () => {
    host.remove();
    open = undefined;
    page.focusControl();
  });
  // A click on the backdrop is one on the dialog itself.
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  open = dialog;
  dialog.showModal();
  return dialog;
}

function button(label: string, part: string, pressed: (event: MouseEvent) => unknown): HTMLButtonElement {
  const made = element('button', { type: 'button', textContent: label, onclick: pressed });
  made.setAttribute('part', `button ${part}`);
  return made;
}

function policyLink({ options, texts }: Page): Node[] {
  const { policy } = options();
  return policy ? [element('p', {}, element('a', { href: policy, textContent: texts.policy }))] : [];
}

/** The preferences: every choice is one click, and what holds now is marked. Nothing is answered by opening them. */
export async function preferences(inside: Inside): Promise<void> {
  const status = inside.status();
  if (!status) return;
  const page = await read(inside);
  const { texts } = page;
  show(page, texts.heading, (close) => {
    const choices = levels(page).map((level) => {
      const label = texts[`${level}Choice`];
      const choice = button(label, 'choice', async ({ isTrusted }) => {
        if (await choose(page, level, isTrusted, `${label} ${texts[`${level}About`]}`)) close();
      });
      choice.className = 'choice';
      choice.dataset.level = level;
      choice.ariaPressed = `${level === status.level && status.state !== 'pending'}`;
      choice.append(element('small', { textContent: texts[`${level}About`] }));
      return element('li', {}, choice);
    });
    const sent = page.sent.map(({ path, body, answer }) => `${path} ${answer ?? ''}\n${JSON.stringify(body, null, 1)}`).join('\n\n');
    const log = element('pre', { tabIndex: 0, ariaLabel: texts.sent, role: 'region', textContent: sent || texts.nothingSent });
    return [
      ...(status.signal ? [element('p', { className: 'signal', textContent: texts.signal })] : []),
      element('ul', {}, ...choices),
      element('details', {}, element('summary', { textContent: texts.sent }), log),
      ...policyLink(page),
      element(
        'div',
        { className: 'row' },
        ...(status.state === 'granted'
          ? [button(texts.receipt, 'receipt', () => download(page).catch((error) => console.warn('askfirst: no receipt', error)))]
          : []),
        button(texts.close, 'close', close),
      ),
    ];
  });
}

/** Puts what the collector holds about this browser, receipts and hits, where the browser puts downloads. */
async function download(page: Page): Promise<void> {
  // The cookie is first-party and the visitor's own: what it holds is the key to what is held.
  const id = /(?:^|; )askfirst_id=([^;]*)/.exec(document.cookie)?.[1];
  const level = page.status()?.level ?? 'none';
  const { site, idCookie } = page.options();
  const answer = await page.deliver({ path: '/mydata', level, body: { v: 1, site, id } }, idCookie === 'collector');
  if (!answer?.ok) throw new Error(`the collector answered ${answer?.status ?? 'nothing'}`);
  const file = new Blob([JSON.stringify(await answer.json(), null, 2)], { type: 'application/json' });
  const link = element('a', { href: URL.createObjectURL(file), download: 'askfirst-receipt.json' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Asks for a level, and waits for the answer: whether it is granted then; none where nobody answered. `ask` shows the banner. */
export async function ask(level: 'anonymous' | 'full', inside: Inside, ask: () => boolean | undefined): Promise<boolean | undefined> {
  const status = inside.status();
  if (!status) return undefined;
  if (status.level === level || status.level === 'full') return true;
  if (level === 'full') return askForFull(await read(inside));
  if (!ask()) return false;
  return new Promise((resolve) =>
    document.addEventListener('askfirst:consent', () => resolve(inside.status()?.state === 'granted'), { once: true }),
  );
}

/** Where a refusal of `full` is remembered, as the day of it: as long as a consent would be. */
const REFUSED = 'askfirst.full';
const DAY = 86_400_000;

function refusedFull(): boolean {
  try {
    const age = Date.now() - Date.parse(localStorage.getItem(REFUSED) ?? '');
    return age > -DAY && age < 184 * DAY;
  } catch {
    return false;
  }
}

/** The separate question for `full`. Escape and the backdrop decide nothing. */
function askForFull(page: Page): Promise<boolean | undefined> | boolean {
  const { level = 'anonymous', recipients, texts: own } = page.options();
  if (LEVELS.indexOf(level) < 3 || refusedFull()) return false;
  if (recipients && !(own as Partial<Texts> | undefined)?.fullQuestion) {
    console.warn('askfirst: not asking for full: recipients need your own fullQuestion in texts');
    return false;
  }
  const { texts } = page;
  const words = texts.fullQuestion.replace('{site}', () => page.name);
  return new Promise((resolve) => {
    const dialog = show(page, texts.fullTitle, (close) => [
      element('p', { textContent: words }),
      ...policyLink(page),
      element(
        'div',
        { className: 'row' },
        button(texts.reject, 'reject', () => {
          try {
            localStorage.setItem(REFUSED, new Date().toISOString().slice(0, 10));
          } catch {
            // Not kept: it may be asked again.
          }
          resolve(false);
          close();
        }),
        button(texts.accept, 'accept', async ({ isTrusted }) => {
          if (!(await choose(page, 'full', isTrusted, words))) return;
          resolve(true);
          close();
        }),
      ),
    ]);
    dialog.addEventListener('close', () => resolve(undefined));
  });
}
