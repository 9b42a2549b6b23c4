// The preferences, an on-demand file: the levels to choose from, what this page has sent, the receipt, and the separate question for
// `full`. It is a modal <dialog> in the open shadow root of <askfirst-preferences>: the browser traps and restores the focus, and
// Escape closes it without changing the choice.
import style from 'askfirst:preferences-style';
import english from './texts/en.json';
import type { Inside } from './inside';
import { element } from './element';
import { LEVELS, Wire } from './facts';
import type { Level, Texts } from './types';

/** What a dialog needs. */
interface DialogContext extends Inside {
  texts: Texts;
  /** The site, or who is responsible for it. */
  name: string;
}

async function read(inside: Inside): Promise<DialogContext> {
  const { controller, site } = inside.options();
  return { ...inside, texts: { ...english, ...(await inside.words()) }, name: controller || `${site}` };
}

/** Sets the level. Returns whether that was allowed and stored. `words`: the question's text. */
function choose(context: DialogContext, level: Level, trusted: boolean, words: string): boolean {
  if (level !== 'none') return context.grant(level, trusted, words);
  context.deny({ everything: true });
  return true;
}

/** The levels to choose from, lowest first. `full` has its own question, and is listed only after consent to it. */
function levels(context: DialogContext): Level[] {
  const { audience, level = 'anonymous' } = context.options();
  const below = LEVELS.slice(0, LEVELS.indexOf(audience === 'children' ? 'aggregated' : level) + 1);
  return below.filter((level) => level !== 'full' || context.status()?.level === 'full');
}

let open: HTMLDialogElement | undefined;

/** Shows a dialog; it closes an earlier one. */
function show(context: DialogContext, label: string, content: (close: () => void) => Node[]): HTMLDialogElement {
  open?.close();
  const host = element('askfirst-preferences' as 'div', {
    lang: context.language(),
    dir: /^(ar|he)/.test(context.language()) ? 'rtl' : 'ltr',
  });
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
    context.focusControl();
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

function policyLink({ options, texts }: DialogContext): Node[] {
  const { policy } = options();
  return policy ? [element('p', {}, element('a', { href: policy, textContent: texts.policy }))] : [];
}

/** Opens the preferences. Each choice is one click, and the current one is marked. Opening them changes nothing. */
export async function preferences(inside: Inside): Promise<void> {
  const status = inside.status();
  if (!status) return;
  const context = await read(inside);
  const { texts } = context;
  show(context, texts.heading, (close) => {
    const choices = levels(context).map((level) => {
      const label = texts[`${level}Choice`];
      const choice = button(label, 'choice', ({ isTrusted }) => {
        if (choose(context, level, isTrusted, `${label} ${texts[`${level}About`]}`)) close();
      });
      choice.className = 'choice';
      choice.dataset.level = level;
      choice.ariaPressed = `${level === status.level && status.state !== 'pending'}`;
      choice.append(element('small', { textContent: texts[`${level}About`] }));
      return element('li', {}, choice);
    });
    const sent = context.sent.map(({ path, body, answer }) => `${path} ${answer ?? ''}\n${JSON.stringify(body, null, 1)}`).join('\n\n');
    const log = element('pre', { tabIndex: 0, ariaLabel: texts.sent, role: 'region', textContent: sent || texts.nothingSent });
    return [
      ...(status.signal ? [element('p', { className: 'signal', textContent: texts.signal })] : []),
      element('ul', {}, ...choices),
      element('details', {}, element('summary', { textContent: texts.sent }), log),
      ...policyLink(context),
      element(
        'div',
        { className: 'row' },
        ...(status.state === 'granted'
          ? [button(texts.receipt, 'receipt', () => download(context).catch((error) => console.warn('askfirst: no receipt', error)))]
          : []),
        button(texts.close, 'close', close),
      ),
    ];
  });
}

/** Downloads what the collector has stored about this browser: receipts and hits. */
async function download(context: DialogContext): Promise<void> {
  // The id in the cookie is what authorizes the request.
  const id = new RegExp(`(?:^|; )${Wire.IdCookie}${context.tag()}=([^;]*)`).exec(document.cookie)?.[1];
  const level = context.status()?.level ?? 'none';
  const { site } = context.options();
  const answer = await context.deliver({ path: '/mydata', level, body: { v: Wire.Version, site, id } }, id === Wire.IdAtCollector);
  if (!answer?.ok) throw new Error(`the collector answered ${answer?.status ?? 'nothing'}`);
  const file = new Blob([JSON.stringify(await answer.json(), null, 2)], { type: 'application/json' });
  const link = element('a', { href: URL.createObjectURL(file), download: 'askfirst-receipt.json' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Asks for a level. Resolves to whether it is granted; undefined without an answer. `ask` shows the banner. */
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

/** The key of a rejection of `full`, without the site's tag. Its value is a day; it is remembered as long as a consent. */
const REFUSED = 'askfirst.full.';
const DAY = 86_400_000;

function refusedFull({ tag }: DialogContext): boolean {
  try {
    const age = Date.now() - Date.parse(localStorage.getItem(REFUSED + tag()) ?? '');
    return age > -DAY && age < Wire.ChoiceDays * DAY;
  } catch {
    return false;
  }
}

/** The separate question for `full`. Escape and the backdrop decide nothing. */
function askForFull(context: DialogContext): Promise<boolean | undefined> | boolean {
  const { level = 'anonymous', recipients, texts: own } = context.options();
  if (LEVELS.indexOf(level) < 3 || refusedFull(context)) return false;
  if (recipients && !own?.fullQuestion) {
    console.warn('askfirst: not asking for full: recipients need your own fullQuestion in texts');
    return false;
  }
  const { texts } = context;
  const words = texts.fullQuestion.replace('{site}', () => context.name);
  return new Promise((resolve) => {
    const dialog = show(context, texts.fullTitle, (close) => [
      element('p', { textContent: words }),
      ...policyLink(context),
      element(
        'div',
        { className: 'row' },
        button(texts.reject, 'reject', () => {
          try {
            localStorage.setItem(REFUSED + context.tag(), new Date().toISOString().slice(0, 10));
          } catch {
            // Not stored: the visitor may be asked again.
          }
          resolve(false);
          close();
        }),
        button(texts.accept, 'accept', ({ isTrusted }) => {
          if (!choose(context, 'full', isTrusted, words)) return;
          resolve(true);
          close();
        }),
      ),
    ]);
    dialog.addEventListener('close', () => resolve(undefined));
  });
}
