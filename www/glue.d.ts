/** What wasm-bindgen makes of src/lib.rs; the build puts the real module in its place. */
declare module 'askfirst:glue' {
  export function initSync(options: { module: Uint8Array }): unknown;
  export function start(options: object, tag: boolean, listener: (event?: object, answer?: unknown) => void): boolean;
  export function wake(): void;
  export function answered(message: unknown, answer: unknown): void;
  export function clicked(event: unknown): void;
  export function leave(): void;
  export function track(name: unknown, props: object): void;
  export function moved(): void;
  export function page(): void;
  export function identify(subject: unknown): void;
  export function sent(): import('./types').Sent[] | undefined;
  export function status(): import('./types').Status | undefined;
  export function grant(level: unknown): boolean;
  export function deny(everything: boolean): void;
  export function show(): void;
  export function back(): void;
}

/** The WebAssembly module's bytes; how they are written down differs between the script and the package. */
declare module 'askfirst:payload' {
  export function bytes(): Uint8Array;
}
