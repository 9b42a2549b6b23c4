// What the site's owner asked for, as far as it bears on words, looks and addresses. What bears on what may be known, the module
// decides (src/config.rs).
import type { Options } from './types';

/** The options as they were given; the module has checked them before anything here is used. */
export let options: Partial<Options> = {};

export const keep = (given: Partial<Options>): unknown => (options = given);

/**
 * The options that the module reads, in its order (src/config.rs, `Name`). For those that are a choice of words, all that they
 * may be: the module is told the place.
 */
export const OPTIONS = {
  site: '',
  endpoint: '',
  policy: '',
  policyNumber: '',
  controller: '',
  recipients: '',
  cookieDomain: '',
  lang: '',
  level: 'none|aggregated|anonymous|full',
  beforeChoice: 'aggregated|nothing',
  banner: 'auto|manual|off',
  audience: 'everybody|children',
  placement: 'left|right|bottom',
  adapter: 'google|tcf',
  idCookie: 'page|collector',
} as const;

export type Name = keyof typeof OPTIONS;
export const NAMES = Object.keys(OPTIONS) as Name[];

/** All options that are read here; the others are those of `www/capture.ts`. */
export const KNOWN: string[] = [...NAMES, 'texts', 'local'];

/** The address of a file or a route at the collector. */
export const at = (path: string): string => `${options.endpoint}`.replace(/\/$/, '') + path;

/** The address of a file that is loaded when it is wanted: at the collector, or beside the tag's script, and so of the same build. */
export const place = { file: (name: string): string => at(`/${name}`) };
