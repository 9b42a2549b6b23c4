// The browsers that the tests run in. A test is declared once, and runs in each of its browsers: `Chromium: …`, `Firefox: …`.
import { after, test as declare } from 'node:test';
import { chromium } from './chromium.mjs';
import { firefox } from './firefox.mjs';
import { runsIn } from './which.mjs';

/** @typedef {import('./driver').Engine} Engine @typedef {import('node:test').TestContext} TestContext */
/** @typedef {(t: TestContext) => Promise<void>} Body */
/** `notIn`: browsers in which it cannot run, and why. @typedef {{ skip?: string | false, notIn?: Partial<Record<Engine['name'], string>> }} Options */

const engines = [chromium, firefox];
/** @type {WeakMap<TestContext, Engine>} */
const running = new WeakMap();

/** The browser that a test runs in: Chromium, if it was declared for no other. @param {TestContext} t */
export const engineOf = (t) => running.get(t) ?? chromium;

/** @param {boolean} differs @param {string} name @param {Options | Body} options @param {Body} [body] */
function each(differs, name, options, body) {
  const [{ skip = false, notIn = {} }, work] = typeof options === 'function' ? [{}, options] : [options, body];
  for (const engine of engines.filter(({ name }) => runsIn(name, differs))) {
    // With CI=true nothing is left out in silence.
    const missing = process.env.CI === 'true' ? false : engine.missing;
    declare(`${engine.name}: ${name}`, { skip: missing || skip || notIn[engine.name] || false }, async (t) => {
      if (engine.missing) throw new Error(engine.missing);
      running.set(t, engine);
      await work?.(t);
    });
  }
}

/**
 * A test of our own logic: it runs in Chromium, and in the other browsers with `npm test -- --with matrix`.
 * @param {string} name @param {Options | Body} options @param {Body} [body]
 */
export const test = (name, options, body) => each(false, name, options, body);

/**
 * A promise, or a test whose outcome may depend on the browser (storage, cookies, leaving a page, focus, layout, policies): it runs
 * in every browser each time.
 * @param {string} name @param {Options | Body} options @param {Body} [body]
 */
export const everywhere = (name, options, body) => each(true, name, options, body);

/** A test that no other browser can run, or that opens no page. @param {string} name @param {Body} body */
export function inChromium(name, body) {
  if (runsIn(chromium.name, true)) declare(`${chromium.name}: ${name}`, body);
}

after(() => Promise.all(engines.map((engine) => engine.end())));
