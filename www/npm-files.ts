// The on-demand files of the package: beside its entries, and so in the site's own bundle.
import type { Load } from './files';

const files = {
  options: () => import('askfirst:options'),
  preferences: () => import('askfirst:preferences'),
  adapters: () => import('askfirst:adapters'),
  explain: () => import('askfirst:explain'),
  capture: () => import('askfirst:capture'),
  vitals: () => import('askfirst:vitals'),
  debug: () => import('askfirst:debug'),
  plain: () => import('askfirst:plain'),
};

export const load = ((name: keyof typeof files) => files[name]()) as Load;
