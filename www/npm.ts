// The package's entry.
import { api, consent, forget, identify, page, reset, sent, track } from './api';
import type { Load } from './files';

// Beside this file, and so in the site's own bundle.
const files = {
  preferences: () => import('askfirst:preferences'),
  adapters: () => import('askfirst:adapters'),
  explain: () => import('askfirst:explain'),
  capture: () => import('askfirst:capture'),
  vitals: () => import('askfirst:vitals'),
};
const load = ((name) => files[name]()) as Load;

export const { init } = api(load);
export { consent, forget, identify, page, reset, sent, track };
export type { AskFirst, Consent, Level, Options, Props, Sent, Status, Texts } from './types';
