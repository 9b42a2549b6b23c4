// What the site's owner asked for, as far as it bears on words, looks and addresses. What bears on what may be known, the module
// decides (src/config.rs).
import type { Options } from './types';

/** The options as they are used; `style` is what they add to the banner's. */
export type Kept = Partial<Options> & { style?: string };

/** Empty until the module has checked them. */
export let options: Kept = {};

export const keep = (given: Kept): unknown => (options = given);

/** The address of a file or a route at the collector. */
export const at = (path: string): string => `${options.endpoint}`.replace(/\/$/, '') + path;

/** The address of a file that is loaded when it is wanted: at the collector, or beside the tag's script, and so of the same build. */
export const place = { file: (name: string): string => at(`/${name}`) };
