// askfirst/react
import type { Consent, Options, Status } from './types';

/** Starts askfirst when it is mounted; draws nothing. Its props are the options of `init`, read once. */
export declare function AskFirst(options: Options): null;

/** The visitor's consent as it is now, and what changes it. */
export interface UseConsent extends Omit<Consent, 'status'> {
  /** `undefined` on the server, while the page hydrates, and where askfirst does not run. */
  status: Status | undefined;
}

/** The visitor's consent; the component is drawn again when it changes, in another tab too. */
export declare function useConsent(): UseConsent;
