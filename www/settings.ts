// The options that TypeScript uses: words, looks and addresses. The module reads those about levels (src/config.rs).
import type { Options } from './types';

/** The checked options. `style` is added to the banner's style sheet. */
export type ActiveOptions = Partial<Options> & { style?: string };

/** Empty until the module has checked the options. */
export let options: ActiveOptions = {};

export const setOptions = (given: ActiveOptions): unknown => (options = given);

/** The address of a file or a route at the collector. */
export const urlOf = (path: string): string => `${options.endpoint}`.replace(/\/$/, '') + path;

/** The address of an on-demand file: at the collector, or beside the tag's script, so that both are of the same build. */
export const assets = { file: (name: string): string => urlOf(`/${name}`) };
