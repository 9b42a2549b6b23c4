// @ts-check
// The demo site's own script: the panel "What this page sends", the declared events, and the journal's navigation.
// It only listens to askfirst. Where askfirst.js is missing or blocked, the site works just the same.

/** @typedef {'none' | 'aggregated' | 'anonymous' | 'full'} Level */
/** @typedef {{ state: 'pending' | 'denied' | 'granted', level: Level, signal: boolean, recorded: boolean }} Status */
/** @typedef {{ path: string, level: Level, body: unknown, answer?: number }} Sent one entry of the ledger */
/** @typedef {{ status(): Status | undefined, withdraw(): void, show(): void }} Consent */
/**
 * @typedef {((method: string, ...values: unknown[]) => unknown)
 *   & { track?: (name: string, props?: Record<string, string>) => void, sent?: () => Sent[], consent?: Consent }} Askfirst
 */

/** What each level means, lowest first. @type {[Level, string][]} */
const LADDER = [
  ['full', 'who you are (not asked here)'],
  ['anonymous', 'the same browser came back'],
  ['aggregated', 'counts, without an identifier'],
  ['none', 'nothing is sent'],
];
/** Where the choice is kept. The name ends with a hash of the site's name, which is `demo` on these pages. */
const CHOICE = 'askfirst.choice.fd3598';
/** Milliseconds after the page's load event after which a missing script is called missing. */
const PATIENCE = 2000;

/** @returns {Askfirst | undefined} */
const askfirst = () => /** @type {{ askfirst?: Askfirst }} */ (/** @type {unknown} */ (window)).askfirst;

/**
 * An event that this site declares. It never carries what a visitor typed.
 * @param {string} name
 * @param {Record<string, string>} [props]
 */
function track(name, props) {
  const script = askfirst();
  if (script?.track) script.track(name, props);
  else if (props) script?.('track', name, props);
  else script?.('track', name);
}

/**
 * An element with children.
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function h(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** @param {Level} level */
const chip = level => h('span', { class: 'chip', 'data-level': level }, level);

// ---- the panel ---------------------------------------------------------------------------------------------

const rungs = new Map(LADDER.map(([level, meaning]) => [level, h('li', {}, chip(level), h('span', {}, meaning))]));
const ladder = h('ol', { class: 'ladder', 'aria-label': 'The ladder of levels, highest first' }, ...rungs.values());
const statusText = h('p', { class: 'status', role: 'status' }, 'Waiting for askfirst.js …');
const preferences = button('Your choice', () => askfirst()?.consent?.show());
const withdraw = button('Withdraw', () => askfirst()?.consent?.withdraw());
const nothing = h('p', { class: 'quiet' }, 'Nothing was sent.');
const list = h('ol', {});
const choiceOnDevice = h('dd', {});
const cookieOnDevice = h('dd', {});
const tally = h('span', { class: 'tally' }, '');
const otherCookies = h('dd', { class: 'quiet' });

/** What is in the list: each entry of the ledger with the element that says its answer. @type {Map<Sent, HTMLElement>} */
const rows = new Map();

/**
 * @param {string} text
 * @param {() => void} click
 */
function button(text, click) {
  const element = h('button', { type: 'button', class: 'button' }, text);
  element.addEventListener('click', click);
  return element;
}

/** In a few words, what a message holds. @param {Sent} entry @returns {string} */
function summary({ path, body }) {
  if (path === '/mydata') return 'what is held under this id?';
  if (typeof body !== 'object' || body === null) return 'a message';
  const { action, level, hits } = /** @type {{ action?: string, level?: string, hits?: Record<string, any>[] }} */ (body);
  if (action) return action === 'grant' ? `a yes to ${level}` : 'a no: it becomes one count';
  if (!Array.isArray(hits)) return 'erase everything under this id';
  return hits
    .map(({ view, event }) => (view ? `page view ${view.page}` : `event ${[event?.name, ...Object.values(event?.props ?? {})].join(' ')}`))
    .join(', ');
}

/** @param {Sent} entry */
function answerOf(entry) {
  if (entry.answer === undefined) return 'no answer yet';
  return entry.answer === 0 ? 'no answer: the collector was not reached' : `answered ${entry.answer}`;
}

/** @param {Sent} entry */
function row(entry) {
  const answer = h('span', { class: 'quiet' }, answerOf(entry));
  const now = new Date();
  const body = h('details', {},
    h('summary', {}, summary(entry)),
    h('pre', {}, JSON.stringify(entry.body, null, 2)),
    h('p', { class: 'what' }, answer));
  body.addEventListener('toggle', () => body.scrollIntoView({ block: 'nearest' }));
  list.append(
    h('li', {},
      h('div', { class: 'what' },
        h('time', { datetime: now.toISOString() }, now.toLocaleTimeString('en-GB')),
        h('span', { class: 'path' }, `POST ${entry.path}`),
        chip(entry.level)),
      body),
  );
  rows.set(entry, answer);
  nothing.hidden = true;
  list.parentElement?.scrollTo(0, list.parentElement.scrollHeight);
}

/** Brings the list up to the ledger: new entries at the end, later answers in place. */
function drawSent() {
  for (const entry of askfirst()?.sent?.() ?? []) if (!rows.has(entry)) row(entry);
  for (const [entry, answer] of rows) answer.textContent = answerOf(entry);
  drawTally();
}

function drawTally() {
  const status = askfirst()?.consent?.status();
  tally.replaceChildren(`${rows.size} sent${status ? ` · ${status.level}` : ''}`);
}

function drawStatus() {
  const status = askfirst()?.consent?.status();
  const reached = LADDER.findIndex(([level]) => level === status?.level);
  for (const [index, [level]] of LADDER.entries()) {
    const rung = rungs.get(level);
    rung?.toggleAttribute('data-reached', reached >= 0 && index >= reached && status?.level !== 'none');
    if (index === reached) rung?.setAttribute('aria-current', 'true');
    else rung?.removeAttribute('aria-current');
  }
  for (const control of [preferences, withdraw]) control.toggleAttribute('disabled', !status);
  if (status) say(sentence(status));
  drawTally();
}

/** Says it once: the same words again would be read out again. @param {string} words */
function say(words) {
  if (statusText.textContent !== words) statusText.textContent = words;
}

/** @param {Status} status */
function sentence({ state, level, signal, recorded }) {
  if (state === 'granted' && !recorded) return `You said yes to ${level}. The collector has not recorded it yet, so hits wait in the browser.`;
  if (state === 'granted') return `You said yes to ${level}. You can take it back at any time.`;
  if (signal && state === 'denied') return 'Your browser sends a privacy signal. It counts as a no, and nothing is asked.';
  if (state === 'denied') return level === 'none' ? 'You said no to everything.' : 'You said no. Page views are counted, without an identifier.';
  return 'You have not answered yet. Until you do, nothing is stored on your device.';
}

function missing() {
  const script = askfirst();
  if (script?.consent?.status()) return;
  say(script?.consent
    ? 'askfirst.js is off; the console says why. Nothing is sent, and the site works regardless.'
    : 'askfirst.js did not load or was blocked. Nothing is sent, and the site works regardless.');
}

/** What askfirst left on the device, read here and now. */
function drawDevice() {
  const cookies = document.cookie.split('; ').filter(Boolean);
  const ours = cookies.filter(cookie => /^(__Host-)?askfirst/.test(cookie));
  cookieOnDevice.replaceChildren(ours.length ? h('code', {}, ours.join('; ')) : 'no cookie');
  const others = cookies.length - ours.length;
  otherCookies.textContent = others ? `and ${others} of other programs at this address` : '';
  let choice;
  try {
    choice = localStorage.getItem(CHOICE);
  } catch {
    choiceOnDevice.textContent = 'the browser forbids storage here';
    return;
  }
  choiceOnDevice.replaceChildren(...(choice === null ? ['nothing'] : [h('code', {}, choice), ` ${meaning(choice)}`]));
}

/** `2.1.20261122` in words. @param {string} choice */
function meaning(choice) {
  const [digit = '', policy, day = ''] = choice.split('.');
  const level = [...LADDER].reverse()[Number(digit)]?.[0] ?? 'not a choice';
  return `(${level}, terms ${policy}, ${day.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')})`;
}

function draw() {
  drawStatus();
  drawSent();
  drawDevice();
}

/** After an event: once the script is done with what it is doing, and again when answers have come in. */
function drawSoon() {
  for (const delay of [0, 300, 1500, 5000]) setTimeout(draw, delay);
}

function openPanel() {
  const details = document.querySelector('.panel > details');
  const body = document.querySelector('.panel-body');
  if (!(details instanceof HTMLDetailsElement) || !body) return;
  draw();
  details.querySelector('summary')?.append(tally);
  body.replaceChildren(
    h('section', { 'aria-label': 'The level now' }, ladder, statusText, h('div', { class: 'row' }, preferences, withdraw)),
    h('section', { class: 'sent' }, h('h2', {}, 'Sent since this page was loaded'),
      h('div', { class: 'log', role: 'log', tabindex: '0', 'aria-label': 'Sent since this page was loaded' }, nothing, list)),
    h('section', { class: 'device' }, h('h2', {}, 'On your device now'),
      h('dl', {},
        h('div', {}, h('dt', {}, `localStorage, ${CHOICE}`), choiceOnDevice),
        h('div', {}, h('dt', {}, 'document.cookie'), cookieOnDevice, otherCookies))),
  );
  details.open = matchMedia('(min-width: 68rem)').matches;

  document.addEventListener('askfirst:sent', event => {
    // Comes again with the same entry where a message is tried again.
    if (event instanceof CustomEvent && !rows.has(event.detail)) row(event.detail);
    drawSoon();
  });
  document.addEventListener('askfirst:consent', drawSoon);
  document.addEventListener('visibilitychange', draw);
  addEventListener('storage', draw);
  addEventListener('pageshow', draw);
  const afterLoad = () => setTimeout(missing, PATIENCE);
  if (document.readyState === 'complete') afterLoad();
  else addEventListener('load', afterLoad, { once: true });
  document.querySelector('script[data-site]')?.addEventListener('error', missing);
  drawSoon();
}

// ---- the declared events --------------------------------------------------------------------------------------

document.addEventListener('click', event => {
  if (!(event.target instanceof Element)) return;
  const control = event.target.closest('[data-do]');
  switch (control?.getAttribute('data-do')) {
    case 'plan':
      choosePlan(control.getAttribute('data-plan') ?? '');
      break;
    case 'download':
      track('download');
      break;
    case 'preferences':
      askfirst()?.consent?.show();
      break;
    case 'withdraw':
      askfirst()?.consent?.withdraw();
      break;
  }
});

/** @param {string} plan */
function choosePlan(plan) {
  track('plan', { plan });
  const choice = document.querySelector(`input[value="${plan}"]`);
  if (choice instanceof HTMLInputElement) choice.checked = true;
  for (const card of document.querySelectorAll('.plan')) card.toggleAttribute('data-chosen', card.querySelector(`[data-plan="${plan}"]`) !== null);
  document.querySelector('#signup-mail')?.scrollIntoView({ block: 'center' });
  /** @type {HTMLElement | null} */ (document.querySelector('#signup-mail'))?.focus({ preventScroll: true });
}

document.addEventListener('submit', event => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  event.preventDefault();
  const plan = form.querySelector('input[type="radio"]:checked');
  if (form.id === 'signup' && plan instanceof HTMLInputElement) track('signup', { plan: plan.value });
  if (form.id === 'newsletter') track('newsletter');
  const said = form.querySelector('.said');
  if (said) said.textContent = 'Thank you. What you typed stayed in this page.';
  form.reset();
});

// ---- the journal: articles open without a page load -------------------------------------------------------

/** The journal's pages that were read already, by path. @type {Map<string, Promise<Document>>} */
const read = new Map();

/** The path whose page stands in the document. */
let shown = location.pathname;

/** @param {string} path */
function pageAt(path) {
  const page = read.get(path) ?? fetch(path, { credentials: 'omit', referrerPolicy: 'no-referrer' }).then(async answer => {
    if (!answer.ok) throw new Error(`${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  });
  read.set(path, page);
  return page;
}

/** @param {string} path */
const inJournal = path => path.startsWith('/demo/journal/');

/**
 * Puts another page of the journal into this one.
 * @param {string} path
 * @param {boolean} push whether it is a new entry of the history
 */
async function turnTo(path, push) {
  try {
    const page = await pageAt(path);
    const [here, there] = [document.querySelector('main'), page.querySelector('main')];
    if (!here || !there) throw new Error('no main');
    if (push) history.pushState(null, '', path);
    else if (location.pathname !== path) return;
    shown = path;
    document.title = page.title;
    here.replaceWith(document.importNode(there, true));
    if (push) scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (document.querySelector('main h1'))?.focus({ preventScroll: true });
  } catch {
    location.assign(path);
  }
}

if (inJournal(location.pathname)) {
  document.addEventListener('click', event => {
    const link = event.target instanceof Element ? event.target.closest('main a[href]') : null;
    if (!(link instanceof HTMLAnchorElement) || link.origin !== location.origin || !inJournal(link.pathname)) return;
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    void turnTo(link.pathname, true);
  });
  addEventListener('popstate', () => {
    if (location.pathname !== shown) void turnTo(location.pathname, false);
  });
}

openPanel();
