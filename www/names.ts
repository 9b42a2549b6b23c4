// The options by name, for the files that know all of them.

/**
 * The options that the module reads, in its order (src/config.rs, `Name`). For those that are a choice of words, all that they
 * may be: the module is told the place.
 */
export const OPTIONS = {
  site: '',
  endpoint: '',
  policy: '',
  lang: '',
  policyNumber: '',
  controller: '',
  recipients: '',
  cookieDomain: '',
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

/** All options but those of `www/capture.ts`. */
export const KNOWN: string[] = [...NAMES, 'texts', 'local'];
