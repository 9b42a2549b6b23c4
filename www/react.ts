// askfirst/react: a component that starts, and a hook that follows the consent.
import { useEffect, useSyncExternalStore } from 'react';
import { actions, begin, follow, status } from './follow';
import type * as Types from './types-react';

export const AskFirst: typeof Types.AskFirst = (options) => {
  useEffect(() => begin(options), []);
  return null;
};

const nothing = (): undefined => undefined;

export const useConsent: typeof Types.useConsent = () => ({ ...actions, status: useSyncExternalStore(follow, status, nothing) });
