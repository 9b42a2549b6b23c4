// The module of askfirst.js: it counts, asks, and takes a no, as the options are by default.
import { core as glue } from 'askfirst:glue';
import { type Core, joinTexts } from './module';

export { bytes } from 'askfirst:payload';

const known = ['site', 'endpoint', 'policy', 'lang', 'local'] as const;

export const core: Core = {
  ...glue,
  known,
  start: (browser, given) => known[glue.start(browser, joinTexts(...known.map((name) => given[name]))) - 1] ?? given,
};
