// The whole module, with what only a yes allows: that of the package, and of the files that are loaded in place of the script's.
import { core as glue } from 'askfirst:glue';
import { keeping } from './keeping';

export { bytes } from 'askfirst:payload';
export const core: typeof glue = { ...glue, start: (browser, options) => glue.start({ ...browser, ...keeping }, options) };
