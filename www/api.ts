// The API of the page.
import { ledger } from './browser';
import { deny, grant, status } from './consent';
import { track as count, view, whenStarted } from './count';
import { type Load, use } from './files';
import { inside, preferences } from './inside';
import { call, core } from './module';
import { options } from './settings';
import { start } from './start';
import type { AskFirst, Consent, Props, Sent } from './types';

export const track = (name: string, props?: Props): void => count(name, props);
export const page = (): void => whenStarted(() => view(false));
export const identify = (subject?: string, traits?: Props): void =>
  whenStarted(() => {
    core.identify(typeof subject === 'string' ? subject : '');
    if (traits) options.traits?.(traits);
  });
export const reset = (): void => identify();
export const forget = (): void => deny();
export const sent = (): Sent[] => [...ledger];

const show = (): boolean | undefined => call(() => core.show(true));

export const consent: Consent = {
  status,
  grant: async (level = 'anonymous') => grant(level),
  deny,
  withdraw: forget,
  show() {
    if (!show() && options.banner !== 'off') preferences();
  },
  ask: (level) => use('preferences', (file) => file.ask(level, inside, show)),
};

/** The API. `load` loads on-demand files. */
export const api = (load: Load): AskFirst => ({
  init: (options) => start(options, false, load),
  track,
  page,
  identify,
  reset,
  forget,
  sent,
  consent,
});
