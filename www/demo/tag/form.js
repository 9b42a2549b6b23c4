// @ts-check
// The form: one control for each option, and what is written of them, at every keystroke. Nothing of it leaves the page.
import { COLLECTOR, GROUPS, LOADING } from './options.js';
import { initCall, remarks, scriptTag, siteBlock } from './write.js';

/** @typedef {import('./options.js').Option} Option @typedef {import('./write.js').Build} Build */

/**
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

/** The control, under its label. @param {Option} option */
function field({ name, kind, label, hint, example, values = [] }) {
  const id = `option-${name}`;
  const about = hint ? [h('span', { id: `${id}-hint`, class: 'note' }, hint)] : [];
  /** @type {Record<string, string>} */
  const described = hint ? { 'aria-describedby': `${id}-hint` } : {};
  if (kind === 'words') {
    const boxes = values.map(value => h('label', {}, h('input', { type: 'checkbox', name, value }), value));
    return h('fieldset', described, h('legend', {}, label), ...boxes, ...about);
  }
  const common = { id, name, ...described };
  const typed = { ...common, ...(example && { placeholder: example }), spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off' };
  const control =
    kind === 'choice' ? h('select', common, ...values.map(value => h('option', { value }, value || 'none')))
    : kind === 'long' ? h('textarea', { ...typed, rows: '3' })
    : h('input', { ...typed, type: 'text' });
  return h('div', { class: 'field' }, h('label', { for: id }, label), ...about, control);
}

/** @param {string} title @param {Option[]} options @param {boolean} open */
function group(title, options, open) {
  const details = h('details', {}, h('summary', {}, h('h2', {}, title)), h('div', { class: 'fields' }, ...options.map(field)));
  details.toggleAttribute('open', open);
  return details;
}

/** What is written, in this order. @type {[id: string, write: (values: Record<string, string>, build?: Build) => string][]} */
const RESULTS = [
  ['tag', scriptTag],
  ['init', initCall],
  ['block', siteBlock],
];

const form = /** @type {HTMLFormElement} */ (document.querySelector('form.maker'));
const list = /** @type {HTMLElement} */ (document.querySelector('.remarks'));
const said = /** @type {HTMLElement} */ (document.querySelector('.results .said'));

/** What stands in the form, several of a name by spaces. */
function values() {
  /** @type {Record<string, string>} */
  const found = {};
  for (const [name, value] of new FormData(form)) found[name] = found[name] ? `${found[name]} ${value}` : String(value);
  return found;
}

/** What the collector serves that this page came from, once it has told. @type {Build | undefined} */
let build;

/** @param {string} id */
const output = id => /** @type {HTMLElement} */ (document.getElementById(id));

function write() {
  const now = values();
  for (const [id, text] of RESULTS) output(id).textContent = text(now, build);
  const items = remarks(now, build).map(remark => h('li', {}, remark));
  // The same words again would be read out again.
  if (list.textContent !== items.map(({ textContent }) => textContent).join('')) list.replaceChildren(...items);
  said.textContent = '';
}

form.replaceChildren(
  ...GROUPS.map(({ title, options }, index) => group(title, options, index < 2)),
  group('How it is loaded', LOADING, false),
  group('What the collector counts', COLLECTOR, false),
);
form.addEventListener('input', write);
form.addEventListener('submit', event => event.preventDefault());
document.addEventListener('click', async event => {
  const button = event.target instanceof Element ? event.target.closest('[data-copy]') : null;
  if (!button) return;
  const text = output(button.getAttribute('data-copy') ?? '');
  try {
    await navigator.clipboard.writeText(text.textContent ?? '');
    said.textContent = 'Copied.';
  } catch {
    // No clipboard without https or without leave: then by hand.
    getSelection()?.selectAllChildren(text);
    said.textContent = 'The text is selected: copy it with your keyboard.';
  }
});
write();
fetch('/.well-known/askfirst.json', { cache: 'no-cache' })
  .then(answer => answer.json())
  .then(({ script }) => (build = script ?? undefined))
  .then(write, () => undefined);
