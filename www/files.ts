// The on-demand files.

/** The on-demand files, by name. */
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

/** Loads an on-demand file: for the script tag from the collector, for the package from where the bundler put it. */
export type Load = <Name extends keyof Files>(name: Name) => Promise<Files[Name]>;
