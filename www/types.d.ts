/** How much may be known about a visitor, lowest first. */
export type Level = 'none' | 'aggregated' | 'anonymous' | 'full';

/** Options of `init`. The script tag has the same options as `data-*` attributes (`data-before-choice`). */
export interface Options {
  /** The site's name in the collector's configuration. */
  site: string;
  /** The collector's address, absolute, http or https. Default for the script tag: the script's origin. */
  endpoint: string;
  /** The ceiling: nothing above it is asked for. Default: `anonymous`. */
  level?: Level;
  /** What happens before the choice and after a rejection: counting without cookies (`aggregated`, the default) or `nothing`. */
  beforeChoice?: 'aggregated' | 'nothing';
  /** Whether the banner shows by itself (`auto`, the default), when `consent.show()` is called (`manual`), or never (`off`). */
  banner?: 'auto' | 'manual' | 'off';
  /** Position of the banner: at the left (the default), at the right, or as a bar at the bottom. */
  placement?: 'left' | 'right' | 'bottom';
  /** Children are never asked, and never known above `aggregated`. */
  audience?: 'everybody' | 'children';
  /** Address of the privacy policy that the banner links to. */
  policy?: string;
  /** The controller's name in the question. Default: `site`. A change asks everybody again. */
  controller?: string;
  /** Who else receives the data. Default: nobody. Needs your own `texts.question`, because ours says nobody. A change asks everybody again. */
  recipients?: string;
  /** The domain whose pages share the choice and the id (`example.org`). Default: each host has its own. */
  cookieDomain?: string;
  /**
   * Who makes the anonymous id and sets its cookie: the page (the default), or the collector, in a cookie that scripts cannot read.
   * The collector must then be on this host or below `cookieDomain`.
   */
  idCookie?: 'page' | 'collector';
  /** Language of the banner. Default: the language of the page (`<html lang>`). */
  lang?: string;
  /** Your own texts instead of ours. In the script tag as JSON (`data-texts='{"title":"…"}'`). */
  texts?: Partial<Texts> | string;
  /** Whether pages on this machine (localhost, 127.0.0.1, file:) count and ask too. Default: `off`. */
  local?: 'on' | 'off';
  /**
   * What to capture beside page views, as words: `events` (elements with `data-askfirst-event`), `links` (to other sites),
   * `downloads`, `forms` (never their values), `missing` (pages that are not found), `elements` (that were visible, with
   * `data-askfirst-view`), `engagement` (time and scroll depth), `vitals` (LCP, INP, CLS, TTFB); or `all`. Default: nothing.
   */
  capture?: string;
  /** File extensions of downloads, instead of our list: `pdf zip`. */
  downloads?: string;
  /** Whether the path (the default) or the fragment (`/#/users`) names the page. */
  routes?: 'path' | 'hash';
  /** Whether `<link rel=canonical>` names the page. Default: `off`. */
  canonical?: 'on' | 'off';
  /** Rules for page templates, `/users/:id /shop/:category`. The first that matches replaces the path. */
  paths?: string;
  /** Pages that are not counted, with all events on them: `/admin/** /preview/*`. */
  exclude?: string;
  /** Called with each hit before it is sent. Returns the hit, or nothing to drop it. In the script tag: the name of a function on `window`. */
  beforeSend?: ((hit: Record<string, unknown>) => Record<string, unknown> | null | undefined) | string;
  /** Uses another consent tool's answer: Google's consent mode, or IAB's TCF (purposes 1 and 8). */
  adapter?: 'google' | 'tcf';
  /** A whole number from 1. Default: 1. Raise it if you change what you ask for: everybody is asked again. */
  policyNumber?: number | `${number}`;
}

/** The texts of the banner and the preferences. `{site}` stands for the site's name. */
export type Texts = Record<
  | 'title'
  | 'question'
  | 'policy'
  | 'reject'
  | 'accept'
  | 'settings'
  | 'manage'
  | 'none'
  | 'aggregated'
  | 'anonymous'
  | 'full'
  | 'heading'
  | 'noneChoice'
  | 'noneAbout'
  | 'aggregatedChoice'
  | 'aggregatedAbout'
  | 'anonymousChoice'
  | 'anonymousAbout'
  | 'fullChoice'
  | 'fullAbout'
  | 'fullTitle'
  | 'fullQuestion'
  | 'signal'
  | 'close'
  | 'receipt'
  | 'sent'
  | 'nothingSent',
  string
>;

/** The properties of an event: at most ten, with names of 1 to 32 characters and values of at most 128. */
export type Props = Record<string, string | number | boolean | Money>;

/** An amount of money, for the property `revenue`: `{ amount: 12.5, currency: 'EUR' }`. */
export interface Money {
  amount: number;
  /** ISO 4217. */
  currency: string;
}

/** The visitor's consent. */
export interface Status {
  /** `pending`: not answered. `denied`: rejected by the visitor or by the browser's signal. `granted`: the visitor accepted `level`. */
  state: 'pending' | 'denied' | 'granted';
  /** The level of new hits. */
  level: Level;
  /** Whether the browser sends Global Privacy Control or Do Not Track. */
  signal: boolean;
  /**
   * `granted`: whether the collector has recorded the consent. Until then hits wait in the browser, and the script sends the consent
   * again. Otherwise always `true`.
   */
  recorded: boolean;
}

/** One message of this page load, as it left the browser. */
export interface Sent {
  /** `/collect`, `/consent` or `/forget`. */
  path: string;
  /** The level at which it was made. */
  level: Level;
  /** The body, exactly as it was sent. */
  body: object;
  /** The HTTP status of the answer, or 0 if there was none. Absent until it is known. */
  answer?: number;
}

/** The visitor's choice. */
export interface Consent {
  /** The current choice; `undefined` if askfirst is off. */
  status(): Status | undefined;
  /**
   * Grants a level for the visitor, for sites with their own banner. Call it in the visitor's click, because browsers say whether
   * somebody just acted. It takes effect at once. Resolves to whether it was granted.
   */
  grant(level?: 'anonymous' | 'full'): Promise<boolean>;
  /** Rejects: back to the level before the choice. With `{ everything: true }` the visitor is not counted either. */
  deny(options?: { everything?: boolean }): void;
  /** Withdraws: deletes the id at once, and asks the collector to erase its rows. */
  withdraw(): void;
  /** Asks if there is something to ask; otherwise opens the preferences. */
  show(): void;
  /**
   * Asks for a level: `anonymous` with the banner, `full` with its own question. Resolves to whether it is granted, or `undefined`
   * if the visitor did not answer.
   */
  ask(level: 'anonymous' | 'full'): Promise<boolean | undefined>;
}

/** The API. Nothing in it throws, and without a page nothing happens. */
export interface AskFirst {
  /** Starts; a second call changes nothing. */
  init(options: Options): void;
  /** Counts an event: a name of 1 to 64 characters, and properties. */
  track(name: string, props?: Props): void;
  /** Counts the current page, for pages that change without a change of path. */
  page(): void;
  /** At level `full`: sets your own id of the person, 1 to 128 characters, for later hits. Traits are stored once and not counted. */
  identify(subject: string, traits?: Props): void;
  /** Forgets the person that `identify` named, in this page. */
  reset(): void;
  /** The same as `consent.withdraw()`. */
  forget(): void;
  /** What this page load has sent, oldest first. */
  sent(): Sent[];
  /** The visitor's choice, and how to change it. */
  consent: Consent;
}
