/** What wasm-bindgen makes of src/lib.rs; the build puts the real module in its place. */
declare module 'askfirst:glue' {
  /** What the module exports. */
  export interface Glue {
    initSync(module: import('askfirst:payload').Module): unknown;
    start(browser: import('./browser').Browser, options: string, ...switches: import('./options').Switches): number;
    page(moved: boolean, texts: string, width: number): void;
    track(texts: string): void;
    wake(): void;
    answered(number: number, status: number, pause: number): void;
    leave(forGood: boolean): void;
    status(): import('./types').Status | undefined;
    deny(everything: boolean): void;
    show(wanted: boolean): boolean;
    grant(level: number, texts: string, byVisitor: boolean, banner: boolean): boolean;
    identify(subject: string): void;
    tag(): string | undefined;
  }
  export const core: Glue;
}

/** The WebAssembly module's bytes; how they are written down differs between the script and the package. */
declare module 'askfirst:payload' {
  /** The module, or what stands for it where WebAssembly is forbidden: from its imports to its exports. */
  export type Module = Uint8Array | WebAssembly.Module | ((imports: object) => object);
  export function bytes(): Uint8Array | WebAssembly.Module;
  /** Only where the site brings the module: before it is asked for. */
  export function give(module: WebAssembly.Module): void;
}

/** The module as plain JavaScript, which the build makes (scripts/lib/plain.mjs). */
declare module 'askfirst:plain-module' {
  export const plain: (imports: object) => object;
}

/** The package's entry, as the wrappers beside it import it. */
declare module 'askfirst:index' {
  const file: typeof import('./npm');
  export = file;
}

/** The banner's style sheet, compacted, with `!important` at each declaration. */
declare module 'askfirst:style' {
  const style: string;
  export default style;
}

/** What a placement adds to it. */
declare module 'askfirst:right' {
  const style: string;
  export default style;
}
declare module 'askfirst:bottom' {
  const style: string;
  export default style;
}

/** The style sheet of what `?askfirst-debug` shows, compacted. */
declare module 'askfirst:debug-style' {
  const style: string;
  export default style;
}

/** The style sheet of the preferences, compacted. */
declare module 'askfirst:preferences-style' {
  const style: string;
  export default style;
}

/** The files beside the package's entry. */
declare module 'askfirst:preferences' {
  const file: typeof import('./preferences');
  export = file;
}

declare module 'askfirst:adapters' {
  const file: typeof import('./adapters');
  export = file;
}

declare module 'askfirst:explain' {
  const file: typeof import('./explain');
  export = file;
}

declare module 'askfirst:capture' {
  const file: typeof import('./capture');
  export = file;
}

declare module 'askfirst:vitals' {
  const file: typeof import('./vitals');
  export = file;
}

declare module 'askfirst:options' {
  const file: typeof import('./options');
  export = file;
}

declare module 'askfirst:debug' {
  const file: typeof import('./debug');
  export = file;
}

declare module 'askfirst:plain' {
  const file: typeof import('./plain');
  export = file;
}

/** What TypeScript's own library does not know yet. */
interface Document {
  readonly prerendering?: boolean;
}
interface Window {
  /** Chromium since 135: a request that is sent when the page is gone. */
  fetchLater?(address: string, options: RequestInit): { activated: boolean };
}
