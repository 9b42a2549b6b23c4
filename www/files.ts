// The on-demand files.

/** The on-demand files. */
export interface Files {
  options: typeof import('./options');
  preferences: typeof import('./preferences');
  adapters: typeof import('./adapters');
  explain: typeof import('./explain');
  capture: typeof import('./capture');
  vitals: typeof import('./vitals');
  debug: typeof import('./debug');
  plain: typeof import('./plain');
}

/** Loads an on-demand file: from the collector for the script tag, from the site's own bundle for the package. */
export type Load = <Name extends keyof Files>(name: Name) => Promise<Files[Name]>;

let load: Load | undefined;
/** Sets how files are loaded. False if it was set before. */
export function setLoad(loader: Load): boolean {
  if (load) return false;
  load = loader;
  return true;
}

/** Loads an on-demand file and calls `then` with it. Undefined if that failed. */
export async function use<Name extends keyof Files, T>(name: Name, then: (file: Files[Name]) => T): Promise<Awaited<T> | undefined> {
  if (!load) return undefined;
  try {
    return await then(await load(name));
  } catch (error) {
    // The start itself says why it needed this one.
    if (name !== 'plain') console.warn(`askfirst failed: ${name}`, error);
    return undefined;
  }
}

/** Prints what is wrong with the options. The messages are in an on-demand file. Returns whether something is wrong. */
export async function explained(explain: (file: Files['explain']) => string | undefined): Promise<boolean> {
  const problem = await use('explain', (file) => explain(file) ?? '');
  if (problem !== '') console.warn('askfirst is off:', problem ?? 'bad options');
  return problem !== '';
}
