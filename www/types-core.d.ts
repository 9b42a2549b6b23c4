// askfirst/core: the same as askfirst, for those who load the WebAssembly module themselves.
import type { Options } from './types';

export type { AskFirst, Consent, Level, Money, Options, Props, Sent, Status, Texts } from './types';

/** The module, `askfirst/askfirst.wasm`: compiled, as bytes, as the answer to a request, or its address. */
export type Source = WebAssembly.Module | BufferSource | Response | URL | string;

/**
 * Starts, once the module is there; a second call changes nothing. Resolves when it runs, or when the console says why it does
 * not. Calls that are made before are kept until then.
 */
export declare function init(options: Options, from: { module: Source | Promise<Source> }): Promise<void>;
