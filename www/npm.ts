// The package's entry.
export { consent, forget, identify, init, page, reset, sent, track } from './api';
export type { AskFirst, Consent, Level, Options, Props, Sent, Status } from './types';
