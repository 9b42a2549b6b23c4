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
  /** Whether the banner shows by itself (`auto`, the default) or when `consent.show()` is called. */
  banner?: 'auto' | 'manual';
  /** Address of the privacy policy that the banner links to. */
  policy?: string;
  /** A whole number from 1, by default 1. Raise it when what you ask for changes materially: everybody is asked again. */
  policyNumber?: number | `${number}`;
}

/** The properties of an event: at most ten; names of 1 to 32 bytes, values of at most 128. */
export type Props = Record<string, string | number | boolean>;

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
   * browsers say whether somebody just acted. Returns whether it was granted.
   */
  grant(level?: 'anonymous' | 'full'): boolean;
  /** Refuses. With `{ everything: true }` the visitor is not even counted. */
  deny(options?: { everything?: boolean }): void;
  /** Withdraws: the id is gone at once, and the collector is asked to erase what it holds under it. */
  withdraw(): void;
  /** Opens the banner. */
  show(): void;
}

/** The API. Nothing in it throws, and nothing happens where there is no page. */
export interface AskFirst {
  /** Starts; a second call changes nothing. */
  init(options: Options): void;
  /** Counts an event: a name of 1 to 64 bytes, and properties. */
  track(name: string, props?: Props): void;
  /** Counts the page that is shown now, where pages change without a change of path. */
  page(): void;
  /** At level `full`: your own id of the person, 1 to 128 bytes. Later hits go under it. */
  identify(subject: string): void;
  /** Forgets the person that `identify` named, in this page. */
  reset(): void;
  /** The same as `consent.withdraw()`. */
  forget(): void;
  /** What this page load sent, oldest first. */
  sent(): Sent[];
  consent: Consent;
}
