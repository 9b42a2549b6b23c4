// The debug panel, an on-demand file: loaded if the address has `?askfirst-debug`. It shows what askfirst does on the page. It stores
// nothing, and requests only the collector's public description.
import style from 'askfirst:debug-style';
import { version } from '../package.json';
import type { Inside } from './inside';
import { BUILD, type CollectorInfo, type Facts, findings, why } from './debug/findings';
import { element } from './element';
import type { Options } from './types';

/** Lines that the list of answers already shows. */
const ALREADY_SHOWN = /no answer|message refused|not declared/;

/** Records what happens from now on, and shows it. Called each time that the script is started. */
export function debug(inside: Inside, given: Partial<Options> | undefined, tag: boolean): void {
  // Shared by the script tag and the site's own bundle.
  const here = window as { askfirstDebug?: Facts };
  if (here.askfirstDebug) {
    here.askfirstDebug.starts += 1;
    return;
  }
  const noted: Facts = {
    version,
    given: { ...given },
    tag,
    origin: location.origin,
    starts: 1,
    status: undefined,
    counted: true,
    build: typeof WebAssembly === 'undefined' ? 'missing' : 'wasm',
    blocked: [],
    said: [],
    answers: [],
    collector: undefined,
    ahead: undefined,
  };
  here.askfirstDebug = noted;
  const ask = window.fetch;
  listen(noted);
  void collector(noted, ask);
  const draw = panel(noted, inside);
  // Polling: some changes have no event, such as the level.
  setInterval(draw, 500);
  draw();
}

/** The collector's address, without a trailing slash. */
const endpoint = ({ given }: Facts): string => `${given.endpoint}`.replace(/\/$/, '');

/** Records policy violations, console messages and answers. */
function listen(noted: Facts): void {
  document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective, disposition }) => {
    const ours = blockedURI === 'wasm-eval' || (/^https?:/.test(blockedURI) && blockedURI.startsWith(endpoint(noted)));
    if (!ours || disposition === 'report') return;
    if (blockedURI === 'wasm-eval') noted.build = 'forbidden';
    noted.blocked.push({ directive: effectiveDirective, address: blockedURI });
  });
  for (const name of ['warn', 'info'] as const) {
    const say = console[name].bind(console);
    console[name] = (...words: unknown[]) => {
      say(...words);
      const line = words.join(' ');
      if (line.startsWith('askfirst') && !ALREADY_SHOWN.test(line)) noted.said.push(line);
    };
  }
  const ask = window.fetch;
  window.fetch = (...args) => {
    const answering = ask.apply(window, args);
    const [what] = args;
    const path = typeof what === 'string' && what.startsWith(endpoint(noted)) ? what.slice(endpoint(noted).length) : '';
    if (/^\/(collect|consent|forget|mydata)$/.test(path)) void hear(noted, path, answering);
    return answering;
  };
}

async function hear(noted: Facts, path: string, answering: Promise<Response>): Promise<void> {
  try {
    const answer = await answering;
    const body = answer.clone().json() as Promise<Record<string, never>>;
    const { reason, detail, bot, undeclared } = await body.catch((): Record<string, never> => ({}));
    noted.answers.push({ path, status: answer.status, reason, detail, bot, undeclared });
  } catch {
    noted.answers.push({ path, status: 0 });
  }
}

/** Fetches the collector's public description, and reads its clock from the answer. */
async function collector(noted: Facts, ask: typeof fetch): Promise<void> {
  if (!/^https?:/.test(endpoint(noted))) return;
  try {
    const asked = Date.now();
    const request: RequestInit = { credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' };
    const answer = await ask.call(window, `${endpoint(noted)}/.well-known/askfirst.json`, request);
    const date = Date.parse(answer.headers.get('date') ?? '');
    const info = (await answer.json()) as Partial<CollectorInfo>;
    noted.collector = info.version && info.sites ? (info as CollectorInfo) : null;
    if (date) noted.ahead = (date - asked) / 1_000;
  } catch {
    noted.collector = null;
  }
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Makes the panel. Returns a function that updates it. */
function panel(noted: Facts, inside: Inside): () => void {
  const [list, table] = [element('ul', {}), element('dl', {})];
  const summary = element('p', { role: 'status' });
  const log = element('pre', { tabIndex: 0, role: 'region', ariaLabel: 'What this page has sent' });
  const host = element('askfirst-debug' as 'div', { lang: 'en', dir: 'ltr' });
  const close = element('button', { type: 'button', textContent: 'Close', onclick: () => host.remove() });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const about = element('p', { textContent: 'Only you see this, because the address says askfirst-debug.' });
  const sent = element('details', {}, element('summary', { textContent: 'What this page has sent' }), log);
  const head = element('header', {}, element('h2', { textContent: 'askfirst on this page' }), close);
  root.append(element('section', { ariaLabel: 'askfirst on this page' }, head, summary, list, table, sent, about));
  let last = '';
  return () => {
    if (document.body && !last) document.body.append(host);
    noted.status = inside.status();
    noted.counted = inside.path() !== undefined;
    const loaded = performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/askfirst-plain.js'));
    if (noted.build === 'wasm' && loaded) noted.build = 'broken';
    const found = findings(noted);
    const rows = rowsOf(noted);
    const messages = inside.sent.map(
      ({ path, level, body, answer }) => `${path} ${level} ${answer ?? ''}\n${JSON.stringify(body, null, 1)}`,
    );
    // Do not disturb a reader's selection if nothing has changed.
    const now = JSON.stringify([found, rows, messages]);
    if (now === last || !document.body) return;
    last = now;
    const count = (verdict: string): number => found.filter((finding) => finding.verdict === verdict).length;
    summary.textContent = `${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}`;
    list.replaceChildren(
      ...found.map(({ verdict, says, fix }) =>
        element(
          'li',
          { className: verdict },
          element('b', { textContent: verdict }),
          ` ${says}`,
          ...(fix ? [element('p', { textContent: `→ ${fix}` })] : []),
        ),
      ),
    );
    table.replaceChildren(
      ...rows.flatMap(([name, value]) => [element('dt', { textContent: name }), element('dd', { textContent: value })]),
    );
    log.textContent = messages.join('\n\n') || 'Nothing.';
  };
}

/** The table of facts. */
const rowsOf = (noted: Facts): [name: string, value: string][] => [
  ['Site', noted.given.site || 'none'],
  ['Collector', `${noted.given.endpoint || 'none'}${noted.collector ? `, ${noted.collector.version}` : ''}`],
  ['Script', `${noted.version}, by ${noted.tag ? 'script tag' : 'init'}`],
  ['Level', why(noted)],
  ...(noted.status ? [['Runs as', BUILD[noted.build]] as [string, string]] : []),
];
