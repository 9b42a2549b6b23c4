// What an automated checker can tell of accessibility: axe-core finds nothing, in no state of the banner. It sees no stolen focus,
// no trap and no covered element: those are in keyboard.test.mjs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from './lib/browsers.mjs';
import { noPreferences, preferences } from './lib/preferences.mjs';
import { stage, until } from './lib/stage.mjs';

/** @typedef {import('./lib/visitor.mjs').Visitor} Visitor */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Whether the panel says that something is right. */
const shown = () => Boolean(document.querySelector('askfirst-debug')?.shadowRoot?.querySelector('li.ok'));
/** @type {[name: string, skip: string | false, reach: (visitor: Visitor) => Promise<unknown>, path?: string][]} */
const states = [
  ['the question', false, async () => {}],
  ['the control, after a refusal', false, (visitor) => visitor.clickByScript('reject')],
  ['the control, after a yes', false, (visitor) => visitor.click('accept')],
  ['the preferences, before the choice', noPreferences, (visitor) => preferences(visitor.page)],
  [
    'the preferences, after a yes',
    noPreferences,
    async (visitor) => {
      await visitor.click('accept');
      await preferences(visitor.page);
    },
  ],
  ['what ?askfirst-debug shows', false, (visitor) => until(() => visitor.page.evaluate(shown), 'what it says'), '/?askfirst-debug'],
];
/** @type {[name: string, options: import('./lib/driver').Wishes, query: string][]} */
const schemes = [
  ['light', { colorScheme: 'light' }, '(prefers-color-scheme: light)'],
  ['dark', { colorScheme: 'dark' }, '(prefers-color-scheme: dark)'],
  ['forced colours', { forcedColors: 'active' }, '(forced-colors: active)'],
];
/** @type {[name: string, viewport: { width: number, height: number }][]} */
const windows = [
  ['a desktop', { width: 1280, height: 800 }],
  ['a phone', { width: 375, height: 667 }],
];

/** What axe-core finds wrong, finds right, and cannot decide, each as a line. @param {Visitor} visitor */
async function findings(visitor) {
  const found = await visitor.page.evaluate(async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice', 'EN-301-549'];
    const { violations, passes, incomplete } = await /** @type {any} */ (window).axe.run(document, {
      runOnly: { type: 'tag', values: tags },
    });
    /** @param {any} rule */
    const lines = ({ id, help, nodes }) => nodes.map((/** @type {any} */ node) => `${id}: ${help}: ${node.target.flat().join(' ')}`);
    return [violations, passes, incomplete].map((rules) => rules.flatMap(lines));
  });
  const [violations = [], passes = [], undecided = []] = /** @type {string[][]} */ (found);
  return { violations, passes, undecided };
}

for (const [state, skip, reach, path = '/'] of states) {
  for (const [where, viewport] of windows) {
    test(`axe-core finds nothing: ${state}, on ${where}, light, dark and in forced colours`, { skip }, async (t) => {
      const set = await stage(t);
      for (const [scheme, options, query] of schemes) {
        const visitor = await set.visitor({ viewport, ...options });
        // The page is made to be without fault, so that all that is found is ours.
        await visitor.context.addInitScript(axe);
        const page = await visitor.open(set.page(path));
        assert.ok(await page.evaluate((query) => matchMedia(query).matches, query), query);
        await page.evaluate(() => {
          const main = document.createElement('main');
          main.append(...[...document.body.children].filter((child) => !child.localName.startsWith('askfirst')));
          document.body.append(main);
        });
        await reach(visitor);
        const { violations, passes, undecided } = await findings(visitor);
        assert.deepEqual(violations, [], scheme);
        // On a phone the preferences lie over the banner, and axe-core tells no colours apart there.
        if (where === 'a desktop') assert.deepEqual(undecided, [], scheme);
        assert.ok(
          passes.some((line) => line.includes('askfirst')),
          'it looked at the banner',
        );
      }
    });
  }
}
