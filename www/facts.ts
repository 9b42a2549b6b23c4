// Generated from crates/wire. Do not edit: change the Rust source, then run
//   UPDATE=1 cargo test --package askfirst-wire --test facts

/** The levels, lowest first. */
export const LEVELS = ['none', 'aggregated', 'anonymous', 'full'] as const;

/** Facts of the wire, in an enum because esbuild replaces its members by their values. */
export enum Wire {
  Version = 2,
  /** Days for which a choice is remembered. */
  ChoiceDays = 184,
  /** A cookie's name, without the site's tag. */
  IdCookie = 'askfirst_id_',
  /** Hex digits of an id. */
  IdDigits = 32,
  /** In place of an id that the collector keeps. */
  IdAtCollector = '00000000000000000000000000000000',
  /** Characters of a language tag. */
  LanguageTag = 16,
  /** Characters of a question's text. */
  QuestionText = 2000,
  /** Widths in CSS pixels from which a viewport is medium, large and wide. */
  MediumViewport = 600,
  LargeViewport = 1024,
  WideViewport = 1536,
  /** The longest option, in characters. */
  OptionLength = 253,
}

/** Options, first those that the module checks, in its order. If the value is one of a few words: those words. */
export const OPTIONS = {
  site: '',
  endpoint: '',
  policy: '',
  lang: '',
  policyNumber: '',
  controller: '',
  recipients: '',
  level: 'none|aggregated|anonymous|full',
  beforeChoice: 'aggregated|nothing',
  banner: 'auto|manual|off',
  audience: 'everybody|children',
  cookieDomain: '',
  placement: 'left|right|bottom',
  adapter: 'google|tcf',
  idCookie: 'page|collector',
} as const;

/** The words that `data-capture` takes. */
export const CAPTURE = ['all', 'events', 'links', 'downloads', 'forms', 'missing', 'elements', 'engagement', 'vitals'] as const;
