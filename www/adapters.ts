// Reads another consent tool's answer. Loaded only if the owner turns it on. The tool answers for the visitor, so its grant is the
// site's word, and the receipt says so.

import type { Inside } from './inside';

/** The tool's answer; `acted`: the visitor has just given it. */
type Answer = (granted: boolean, acted: boolean) => void;

/** Follows the tool that the option names. */
export function follow({ status, grant, deny, options }: Inside): void {
  const answer: Answer = (granted, acted) => {
    const state = status()?.state;
    // The tool's stored consent never overrides a rejection here or the browser's signal. A new answer there does.
    if (granted && (state === 'pending' || (state === 'denied' && acted))) grant('anonymous', true);
    if (!granted && state !== 'denied') deny();
  };
  (options().adapter === 'google' ? followGoogle : followTcf)(answer);
}

/**
 * Google's consent mode: `gtag('consent', 'update', { analytics_storage: 'granted' })`. A `default` is the site's, not the
 * visitor's, and says nothing.
 */
function followGoogle(answer: Answer): void {
  const page = window as { dataLayer?: ArrayLike<unknown>[] };
  const layer = (page.dataLayer ??= []);
  const read = (entry: ArrayLike<unknown> | undefined): void => {
    const [what, how, signals] = Array.from(entry ?? []) as [unknown, unknown, { analytics_storage?: string } | undefined];
    const said = what === 'consent' && how === 'update' ? signals?.analytics_storage : undefined;
    if (said) answer(said === 'granted', navigator.userActivation?.isActive ?? false);
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
function followTcf(answer: Answer): void {
  const page = window as { __tcfapi?: TcfApi };
  page.__tcfapi?.('addEventListener', 2, ({ eventStatus, purpose }, ok) => {
    const acted = eventStatus === 'useractioncomplete';
    if (ok && (acted || eventStatus === 'tcloaded')) answer(Boolean(purpose.consents[1] && purpose.consents[8]), acted);
  });
}
