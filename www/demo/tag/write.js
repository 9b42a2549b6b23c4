// @ts-check
// Writes the chosen options as a script tag, as a call of init, and as a block of the collector's configuration. Needs no page.
import { OPTIONS } from './options.js';

const SCRIPT = 'askfirst.js';

/** What was chosen, by name; what is missing or empty was not. @typedef {Record<string, string>} Values */

/** @param {string} text */
const words = text => text.split(/[\s,]+/).filter(Boolean);
/** @param {string} name `beforeChoice` @returns {string} `data-before-choice` */
const attribute = name => `data-${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
/** The value of an attribute: JSON is easier to read between single quotes. @param {string} value */
function quoted(value) {
  const safe = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return safe.includes('"') && !safe.includes("'") ? `'${safe}'` : `"${safe.replaceAll('"', '&quot;')}"`;
}

/** Options that were chosen and are no default. @param {Values} values @returns {[name: string, value: string][]} */
function chosen(values) {
  return OPTIONS.flatMap(({ name, kind, values: all }) => {
    const value = (values[name] ?? '').trim();
    return value && !(kind === 'choice' && value === all?.[0]) ? [[name, value]] : [];
  });
}

/** With an example where nothing was typed. @param {Values} values @returns {Values & { site: string, endpoint: string }} */
const whole = values => ({ ...values, site: values.site || 'example.org', endpoint: values.endpoint || 'https://stats.example.org' });

/** The build that a collector serves: where its files stand for good, and the hash of each. @typedef {{ folder: string, integrity: Record<string, string> }} Build */

/** What the script loads later, held to its hashes. @param {string} base @param {Build} build */
function importMap(base, { folder, integrity }) {
  const later = Object.entries(integrity).filter(([name]) => name.endsWith('.js') && name !== SCRIPT);
  const map = { integrity: Object.fromEntries(later.map(([name, hash]) => [`${base}${folder}${name}`, hash])) };
  return `<script type="importmap">\n${JSON.stringify(map, null, 2).replaceAll('<', '\\u003c')}\n</script>\n`;
}

/** @param {Values} values @param {Build} [build] the one that a page may be held to @returns {string} */
export function scriptTag(values, build) {
  const { endpoint } = whole(values);
  const base = endpoint.replace(/\/$/, '');
  const pinned = values.pin === 'script' || values.pin === 'all' ? build : undefined;
  const options = chosen(whole(values));
  const held = pinned ? `\n        integrity="${pinned.integrity[SCRIPT]}"\n        crossorigin="anonymous"` : '';
  // The script assumes that the collector is at its own origin: a path must be given.
  const elsewhere = URL.canParse(base) && new URL(base).pathname !== '/';
  const attributes = options
    .filter(([name]) => name !== 'endpoint' || elsewhere)
    .map(([name, value]) => `\n        ${attribute(name)}=${quoted(value)}`);
  const before = pinned && values.pin === 'all' ? importMap(base, pinned) : '';
  return `${before}<script defer src=${quoted(`${base}${pinned?.folder ?? '/'}${SCRIPT}`)}${held}${attributes.join('')}></script>`;
}

/** A value in JavaScript. @param {string} name @param {string} value */
function literal(name, value) {
  if (name === 'policyNumber' && /^\d+$/.test(value)) return value;
  if (name === 'beforeSend' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(value)) return value;
  if (name === 'texts' && isJson(value)) return JSON.stringify(JSON.parse(value));
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** @param {string} text */
function isJson(text) {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** @param {Values} values @returns {string} */
export function initCall(values) {
  const lines = chosen(whole(values)).map(([name, value]) => `  ${name}: ${literal(name, value)},\n`);
  return `import { init } from 'askfirst';\n\ninit({\n${lines.join('')}});`;
}

/** A string in TOML, whose escapes are those of JSON. @param {string} text */
const toml = text => JSON.stringify(text);
/** @param {string[]} list */
const array = list => `[${list.map(toml).join(', ')}]`;

/** @param {Values} values @returns {string} */
export function siteBlock(values) {
  const { site, level = '', audience, policy = '', recipients = '', cookieDomain, controller, events = '', props = '' } = whole(values);
  const ceiling = audience === 'children' && level !== 'none' ? 'aggregated' : level || 'anonymous';
  const asks = ceiling === 'anonymous' || ceiling === 'full';
  const lines = ['[[site]]', `name = ${toml(site)}`, `level = ${toml(ceiling)}`, 'k = 10', `events = ${array(words(events))}`];
  if (cookieDomain) lines.push(`cookie_domain = ${toml(cookieDomain)}`);
  if (asks) {
    lines.push('# What receipts say about you.');
    if (/^https?:/.test(policy)) lines.push(`notice = ${toml(policy)}`);
    lines.push(`recipients = ${array(recipients.split(',').map(each => each.trim()).filter(Boolean))}`);
  }
  const pairs = props.split('\n').flatMap(line => {
    const [, name = '', list = ''] = /^\s*([^:=]+?)\s*[:=](.*)$/.exec(line) ?? [];
    return name ? [`${/^[\w-]+$/.test(name) ? name : toml(name)} = ${array(words(list))}`] : [];
  });
  if (pairs.length) lines.push('', '[site.props]', ...pairs);
  if (asks) {
    lines.push('', '[site.controller]', controller ? `name = ${toml(controller)}` : '# name = "Example Ltd"');
    lines.push('# also fill in address, contact, jurisdiction and authority');
  }
  return lines.join('\n');
}

/** What to mind with what was chosen, in words. @param {Values} values @param {Build} [build] @returns {string[]} */
export function remarks(values, build) {
  const said = [];
  const { endpoint, texts = '', recipients, level, idCookie, adapter, banner, audience, policyNumber } = values;
  if (endpoint && !/^https?:\/\/[^/?#@]+[^?#@]*$/.test(endpoint)) said.push('The collector’s address must begin with https:// and must not contain ? or #.');
  if (texts.trim() && !isJson(texts)) said.push('Your own texts are not valid JSON, so askfirst would be off.');
  if (recipients && !/"question"/.test(texts)) said.push('Your own question must name who else receives the data (question, in your own texts). Without it askfirst is off.');
  if (policyNumber && !/^[1-9]\d{0,5}$/.test(policyNumber)) said.push('The policy number must be a whole number from 1.');
  if (idCookie === 'collector') said.push('This needs https, and a collector on the page’s own host or below a shared domain.');
  if (level === 'full') said.push('The banner never asks for full: call consent.ask(\'full\') where it makes sense, such as after a login.');
  if (adapter && banner !== 'off') said.push('With another consent tool, turn our banner off.');
  if (audience === 'children' && (level === 'full' || !level || level === 'anonymous')) said.push('For children the level never goes above aggregated, whatever the ceiling is.');
  if (values.pin && values.pin !== 'off') {
    said.push(
      build ?
        'The hashes are those of the collector that shows this form. Yours must have the same files. Make a new tag after each update.'
      : 'This collector does not publish its hashes: run askfirst-collector tag --pinned instead.',
    );
  }
  if (values.pin === 'all') said.push('A page can have one import map, before its scripts. A content security policy must allow it by its hash.');
  return said;
}
