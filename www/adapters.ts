// Another consent tool's answer, read as input; loaded only where the owner switches it on. It answers for the visitor, so a yes
// from it is the site's word, and is marked so in the receipt.

import type { Inside } from './api';

/** Follows the tool that the option names. */
export function follow({ status, grant, deny, options }: Inside): void {
  const answer = (granted: boolean): void => {
    const state = status()?.state;
    if (granted && state !== 'granted') grant('anonymous', true);
    if (!granted && state !== 'denied') deny();
  };
  (options().adapter === 'google' ? followGoogle : followTcf)(answer);
}

/**
 * Google's consent mode: `gtag('consent', 'update', { analytics_storage: 'granted' })`. A `default` is the site's, not the
 * visitor's, and says nothing.
 */
function followGoogle(answer: (granted: boolean) => void): void {
  const page = window as { dataLayer?: ArrayLike<unknown>[] };
  const layer = (page.dataLayer ??= []);
  const read = (entry: ArrayLike<unknown> | undefined): void => {
    const [what, how, signals] = Array.from(entry ?? []) as [unknown, unknown, { analytics_storage?: string } | undefined];
    const said = what === 'consent' && how === 'update' ? signals?.analytics_storage : undefined;
    if (said) answer(said === 'granted');
  };
  for (const entry of layer) read(entry);
  const push = layer.push;
  layer.push = (...entries) => {
    const length = push.apply(layer, entries);
    for (const entry of entries) read(entry);
    return length;
  };
}

interface TcData {
  eventStatus: string;
  purpose: { consents: Record<number, boolean> };
}
type TcfApi = (command: 'addEventListener', version: 2, callback: (data: TcData, ok: boolean) => void) => void;

/** IAB's TCF: purposes 1 (storage on the device) and 8 (measure content performance), once the visitor has answered. */
function followTcf(answer: (granted: boolean) => void): void {
  const page = window as { __tcfapi?: TcfApi };
  page.__tcfapi?.('addEventListener', 2, ({ eventStatus, purpose }, ok) => {
    if (ok && ['tcloaded', 'useractioncomplete'].includes(eventStatus)) answer(Boolean(purpose.consents[1] && purpose.consents[8]));
  });
}
