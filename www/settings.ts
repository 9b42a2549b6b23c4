// What the site's owner asked for, as far as it bears on words, looks and addresses. What bears on what may be known, the module
// decides (src/config.rs).
import type { Options } from './types';

/** The options as they were given; the module has checked them before anything here is used. */
export let options: Partial<Options> = {};

export const keep = (given: Partial<Options>): unknown => (options = given);

/** The address of a file or a route at the collector. */
export const at = (path: string): string => `${options.endpoint}`.replace(/\/$/, '') + path;
