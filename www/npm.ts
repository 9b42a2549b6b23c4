// The package's entry.
import { api, consent, forget, identify, page, reset, sent, track } from './api';
import { load } from './npm-files';

export const { init } = api(load);
export { consent, forget, identify, page, reset, sent, track };
export type { AskFirst, Consent, Level, Options, Props, Sent, Status, Texts } from './types';
