// What on-demand files may use: they are bundles of their own and cannot import it.
import { focusControl } from './banner';
import { deliver, ledger } from './browser';
import { deny, grant, status } from './consent';
import { path, track } from './count';
import { use } from './files';
import { call, core } from './module';
import { options } from './settings';
import { language, words } from './words';

export const inside = {
  status,
  grant,
  deny,
  deliver,
  words,
  focusControl,
  use,
  track,
  /** The path of the current page; undefined if it is excluded. */
  path,
  /** The site's tag, which ends the names of all that is kept on the device. */
  tag: (): string => call(() => core.tag()) ?? '',
  language: (): string => language,
  options: () => options,
  sent: ledger,
} as const;
export type Inside = typeof inside;

/** Opens the preferences. */
export const preferences = (): void => void use('preferences', (file) => file.preferences(inside));
