// askfirst/react
import type { Consent, Options, Status } from './types';

/** Starts askfirst when it is mounted; renders nothing. Its props are the options of `init`, read once. */
export declare function AskFirst(options: Options): null;

/** The visitor's current consent, and how to change it. */
export interface UseConsent extends Omit<Consent, 'status'> {
  /** `undefined` on the server, during hydration, and if askfirst is off. */
  status: Status | undefined;
}

/** The visitor's consent. The component renders again when it changes, also in another tab. */
export declare function useConsent(): UseConsent;
