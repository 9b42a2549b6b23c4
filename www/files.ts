// The on-demand files.

/** The on-demand files. */
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

/** Loads an on-demand file: from the collector for the script tag, from the site's own bundle for the package. */
export type Load = <Name extends keyof Files>(name: Name) => Promise<Files[Name]>;
