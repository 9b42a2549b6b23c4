// The options by name, for the files that need all of them.
import { OPTIONS } from './facts';

export type Name = keyof typeof OPTIONS;
export const NAMES = Object.keys(OPTIONS) as Name[];

/** All options except those of `www/capture.ts`. */
export const KNOWN: string[] = [...NAMES, 'texts', 'local'];
