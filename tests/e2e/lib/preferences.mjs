// The preferences: <askfirst-preferences>, a native modal dialog in an open shadow root, from a file of its own.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/run.mjs';

/** Why tests of the preferences are skipped; false where they run. */
export const noPreferences = existsSync(join(root, 'dist', 'askfirst-preferences.js'))
  ? false
  : 'dist/askfirst-preferences.js is not built';

/** Runs in the page. */
const isOpen = () => !!document.querySelector('askfirst-preferences')?.shadowRoot?.querySelector('dialog')?.open;

/**
 * Opens the preferences as a person does, by the control or from the question, and waits until they are there.
 * @param {import('./driver').Tab} page
 */
export async function preferences(page) {
  const asking = (await page.getAttribute('askfirst-consent', 'data-shown')) === 'asking';
  await page.click(`askfirst-consent [data-askfirst=${asking ? 'settings' : 'manage'}]`);
  await page.waitForFunction(isOpen);
  return {
    /** Whether it is still open. */
    open: () => page.evaluate(isOpen),
    /** What in it has the focus, as a word; undefined where the focus is elsewhere. */
    focused: () =>
      page.evaluate(() => {
        const at = document.querySelector('askfirst-preferences')?.shadowRoot?.activeElement;
        return at ? `${at.localName} ${at.id || at.textContent?.trim() || at.getAttribute('value') || ''}`.trim() : undefined;
      }),
  };
}
