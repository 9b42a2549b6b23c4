// askfirst/vue
import type { Plugin, ShallowRef } from 'vue';
import type { Consent, Options, Status } from './types';

/** `app.use(askfirst, options)` starts askfirst in the browser, and does nothing on a server. The options are those of `init`. */
export declare const askfirst: Plugin<[options: Options]>;

/** The visitor's consent as it is now, and what changes it. */
export interface UseConsent extends Omit<Consent, 'status'> {
  /** `undefined` on the server, until the component is mounted, and where askfirst does not run. */
  status: Readonly<ShallowRef<Status | undefined>>;
}

/** The visitor's consent, followed while the component is mounted, in other tabs too. */
export declare function useConsent(): UseConsent;
