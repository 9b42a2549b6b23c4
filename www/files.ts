// What is loaded when it is wanted, and not before.

/** The files that are loaded when they are wanted. */
export interface Files {
  preferences: typeof import('./preferences');
  adapters: typeof import('./adapters');
  explain: typeof import('./explain');
  capture: typeof import('./capture');
  vitals: typeof import('./vitals');
  history: typeof import('./history');
  debug: typeof import('./debug');
  agreed: typeof import('./agreed');
  plain: typeof import('./plain');
}

/** Loads such a file: the script tag's from the collector, the package's from where the bundler put it. */
export type Load = <Name extends keyof Files>(name: Name) => Promise<Files[Name]>;
