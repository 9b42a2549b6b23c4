// askfirst/core: the same as askfirst, for sites that load the WebAssembly module themselves.
import type { Options } from './types';

export type { AskFirst, Consent, Level, Money, Options, Props, Sent, Status, Texts } from './types';

/** The module `askfirst/askfirst.wasm`: compiled, as bytes, as a response, or its address. */
export type Source = WebAssembly.Module | BufferSource | Response | URL | string;

/**
 * Starts when the module is loaded; a second call changes nothing. Resolves when askfirst runs, or when the console says why it does
 * not. Earlier calls wait until then.
 */
export declare function init(options: Options, from: { module: Source | Promise<Source> }): Promise<void>;
