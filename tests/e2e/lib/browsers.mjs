// The browsers that the tests run in. A test is declared once, and runs in each: `Chromium: …`, `Firefox: …`.
import { after, test as declare } from 'node:test';
import { chromium } from './chromium.mjs';
import { firefox } from './firefox.mjs';

/** @typedef {import('./driver').Engine} Engine @typedef {import('node:test').TestContext} TestContext */
/** @typedef {(t: TestContext) => Promise<void>} Body */
/** `notIn`: browsers in which it cannot run, and why. @typedef {{ skip?: string | false, notIn?: Partial<Record<Engine['name'], string>> }} Options */

/** Where `ASKFIRST_BROWSERS` names some, these only: `ASKFIRST_BROWSERS=Firefox`. */
const named = process.env.ASKFIRST_BROWSERS?.split(',');
const engines = [chromium, firefox].filter(({ name }) => named?.includes(name) ?? true);
/** @type {WeakMap<TestContext, Engine>} */
const running = new WeakMap();

/** The browser that a test runs in: Chromium, where it was declared for no other. @param {TestContext} t */
export const engineOf = (t) => running.get(t) ?? chromium;

/** @param {string} name @param {Options | Body} options @param {Body} [body] */
export function test(name, options, body) {
  const [{ skip = false, notIn = {} }, work] = typeof options === 'function' ? [{}, options] : [options, body];
  for (const engine of engines) {
    // Where everything has to hold, nothing is left out in silence.
    const missing = process.env.CI === 'true' ? false : engine.missing;
    declare(`${engine.name}: ${name}`, { skip: missing || skip || notIn[engine.name] || false }, async (t) => {
      if (engine.missing) throw new Error(engine.missing);
      running.set(t, engine);
      await work?.(t);
    });
  }
}

after(() => Promise.all(engines.map((engine) => engine.end())));
