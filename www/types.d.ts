/** How much may be known about a visitor, lowest first. */
export type Level = 'none' | 'aggregated' | 'anonymous' | 'full';

/** Options of `init`; the script tag takes the same as `data-*` attributes (`data-before-choice`). */
export interface Options {
  /** The site's name, as the collector's configuration spells it. */
  site: string;
  /** The collector's address, absolute, http or https. The script tag takes its own origin. */
  endpoint: string;
  /** The ceiling: nothing above it is asked for. `anonymous` by default. */
  level?: Level;
  /** What is done before the choice and after a refusal: count without cookies (`aggregated`, the default) or `nothing`. */
  beforeChoice?: 'aggregated' | 'nothing';
  /** Whether the banner shows by itself (`auto`, the default), when `consent.show()` is called, or never (`off`: you have your own). */
  banner?: 'auto' | 'manual' | 'off';
  /** Where the question stands: at the left (the default), at the right, or as a bar at the bottom. */
  placement?: 'left' | 'right' | 'bottom';
  /** Children are never asked, and never known above `aggregated`. */
  audience?: 'everybody' | 'children';
  /** Address of the privacy policy that the banner links to. */
  policy?: string;
  /** Who is responsible, as the question names them; `site` by default. Another one asks everybody again. */
  controller?: string;
  /** Who else receives the data; nobody by default. Needs your own `texts.question`, since ours says nobody. Others ask everybody again. */
  recipients?: string;
  /** The domain whose pages share the choice and the id (`example.org`); by default each host keeps its own. */
  cookieDomain?: string;
  /**
   * Who makes the anonymous id and keeps its cookie: the page (the default), or the collector, in a cookie that no script can
   * read. The collector then has to be on this host, or below `cookieDomain`.
   */
  idCookie?: 'page' | 'collector';
  /** Language of the banner; by default that of the page (`<html lang>`). */
  lang?: string;
  /** Your own words in place of ours; in the script tag as JSON (`data-texts='{"title":"…"}'`). */
  texts?: Partial<Texts> | string;
  /** Whether pages of this machine (localhost, 127.0.0.1, file:) are counted and asked as well; `off` by default. */
  local?: 'on' | 'off';
  /**
   * What is caught beside page views, in words: `events` (elements with `data-askfirst-event`), `links` (that lead away),
   * `downloads`, `forms` (never their values), `missing` (pages that are not found), `elements` (that were seen, with
   * `data-askfirst-view`), `engagement` (time and scroll depth), `vitals` (LCP, INP, CLS, TTFB); or `all`. Nothing by default.
   */
  capture?: string;
  /** Extensions of files that are downloads, in place of our list: `pdf zip`. */
  downloads?: string;
  /** Whether the fragment names the page (`/#/users`): `path` by default. */
  routes?: 'path' | 'hash';
  /** Whether `<link rel=canonical>` names the page; `off` by default. */
  canonical?: 'on' | 'off';
  /** Rules for page templates, `/users/:id /shop/:category`: the first that fits stands for the path. */
  paths?: string;
  /** Pages that are not counted, nor events on them: `/admin/** /preview/*`. */
  exclude?: string;
  /** Sees each hit before it is sent; returns what is to be sent of it, or nothing to drop it. In the script tag the name of a function on `window`. */
  beforeSend?: ((hit: Record<string, unknown>) => Record<string, unknown> | null | undefined) | string;
  /** Another consent tool whose answer is taken: Google's consent mode, or IAB's TCF (purposes 1 and 8). */
  adapter?: 'google' | 'tcf';
  /** A whole number from 1, by default 1. Raise it when what you ask for changes materially: everybody is asked again. */
  policyNumber?: number | `${number}`;
}

/** The words of the banner and of the preferences. `{site}` stands for the site's name. */
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

/** The properties of an event: at most ten; names of 1 to 32 bytes, values of at most 128. */
export type Props = Record<string, string | number | boolean | Money>;

/** A sum, for the property `revenue`: `{ amount: 12.5, currency: 'EUR' }`. */
export interface Money {
  amount: number;
  /** ISO 4217. */
  currency: string;
}

/** The visitor's consent. */
export interface Status {
  /** `pending`: not answered. `denied`: refused, by the visitor or by the browser's signal. `granted`: agreed to `level`. */
  state: 'pending' | 'denied' | 'granted';
  /** The level that hits are made at now. */
  level: Level;
  /** Whether the browser says no by Global Privacy Control or Do Not Track. */
  signal: boolean;
}

/** One message of this page load, as it left the browser. */
export interface Sent {
  /** `/collect`, `/consent` or `/forget`. */
  path: string;
  /** The level at which it was made. */
  level: Level;
  /** The body, exactly as it was sent. */
  body: object;
  /** The HTTP status of the answer, 0 where there was none at all; absent until that is known. */
  answer?: number;
}

/** The visitor's choice. */
export interface Consent {
  /** The choice as it is now; `undefined` where askfirst does not run. */
  status(): Status | undefined;
  /**
   * Grants a level in the visitor's name, for sites with a banner of their own. Call it from within the visitor's click:
   * browsers say whether somebody just acted. Whether it was granted, once what it takes is loaded.
   */
  grant(level?: 'anonymous' | 'full'): Promise<boolean>;
  /** Refuses: back to what is done before the choice. With `{ everything: true }` the visitor is not even counted. */
  deny(options?: { everything?: boolean }): void;
  /** Withdraws: the id is gone at once, and the collector is asked to erase what it holds under it. */
  withdraw(): void;
  /** Asks, where there is something to ask; opens the preferences otherwise. */
  show(): void;
  /**
   * Asks for a level: `anonymous` by the banner, `full` by a question of its own, which you have to call for. Whether it is
   * granted in the end; `undefined` where nobody answered.
   */
  ask(level: 'anonymous' | 'full'): Promise<boolean | undefined>;
}

/** The API. Nothing in it throws, and nothing happens where there is no page. */
export interface AskFirst {
  /** Starts; a second call changes nothing. */
  init(options: Options): void;
  /** Counts an event: a name of 1 to 64 bytes, and properties. */
  track(name: string, props?: Props): void;
  /** Counts the page that is shown now, where pages change without a change of path. */
  page(): void;
  /** At level `full`: your own id of the person, 1 to 128 bytes. Later hits go under it; traits are kept once, and not counted. */
  identify(subject: string, traits?: Props): void;
  /** Forgets the person that `identify` named, in this page. */
  reset(): void;
  /** The same as `consent.withdraw()`. */
  forget(): void;
  /** What this page load sent, oldest first. */
  sent(): Sent[];
  /** The visitor's choice: what it is, and what changes it. */
  consent: Consent;
}
