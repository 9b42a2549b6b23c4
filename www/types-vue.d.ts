// askfirst/vue
import type { Plugin, ShallowRef } from 'vue';
import type { Consent, Options, Status } from './types';

/** `app.use(askfirst, options)` starts askfirst in the browser and does nothing on a server. The options are those of `init`. */
export declare const askfirst: Plugin<[options: Options]>;

/** The visitor's current consent, and how to change it. */
export interface UseConsent extends Omit<Consent, 'status'> {
  /** `undefined` on the server, until the component is mounted, and if askfirst is off. */
  status: Readonly<ShallowRef<Status | undefined>>;
}

/** The visitor's consent, updated while the component is mounted, also from other tabs. */
export declare function useConsent(): UseConsent;
