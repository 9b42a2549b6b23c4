// The options that TypeScript uses: words, looks and addresses. The module reads those about levels (src/config.rs).
import type { Options, Props, Texts } from './types';

/** The checked options, and what askfirst-options.js makes of those that are off by default. */
export type ActiveOptions = Partial<Omit<Options, 'texts'>> & {
  /** The owner's own texts. */
  texts?: Partial<Texts>;
  /** English texts that only these options need. */
  english?: Partial<Texts>;
  /** Rules that are added to the banner's style sheet. */
  style?: string;
  /** Whether a request goes with cookies. */
  credentials?(body: object, current: boolean): boolean;
  /** Stores what `identify` says of a person, at `full`. */
  traits?(traits: Props): void;
};

/** Empty until the module has checked the options. */
export let options: ActiveOptions = {};

export const setOptions = (given: ActiveOptions): unknown => (options = given);

/** The address of a file or a route at the collector. */
export const urlOf = (path: string): string => `${options.endpoint}`.replace(/\/$/, '') + path;

/** The address of an on-demand file: at the collector, or beside the tag's script, so that both are of the same build. */
export const assets = { file: (name: string): string => urlOf(`/${name}`) };
