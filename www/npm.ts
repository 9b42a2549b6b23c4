// The package's entry.
import { api, consent, forget, identify, page, reset, sent, track } from './api';
import { load } from './npm-files';

const own = api(load);
// Where pages are made there is no page.
export const init: typeof own.init = async (options) => {
  if (typeof document !== 'undefined') await own.init(options);
};
export { consent, forget, identify, page, reset, sent, track };
export type { AskFirst, Consent, Level, Options, Props, Sent, Status, Texts } from './types';
