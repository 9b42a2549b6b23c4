// Clicks and submissions that the owner marked, links that lead away, files, forms. The values of fields are never read.
import { decoded } from '../decode';
import type { Props } from '../types';

export type Track = (name: string, props?: Props, path?: string) => void;

/** Extensions of files that are downloads rather than pages. */
export const DOWNLOADS =
  '7z apk avi csv deb dmg doc docx epub exe gz iso jar key mkv mov mp3 mp4 msi odp ods odt pdf pkg pps ppt pptx rar rpm rtf tar tgz txt wav wma wmv xls xlsx xml zip';

/** `data-askfirst-prop-plan="pro"` is `{ plan: 'pro' }`. */
const propsOf = ({ dataset }: HTMLElement): Props =>
  Object.fromEntries(
    Object.entries(dataset).flatMap(([key, value]) => {
      const name = /^askfirstProp([A-Z].*)/.exec(key)?.[1];
      return name ? [[name.charAt(0).toLowerCase() + name.slice(1), value ?? '']] : [];
    }),
  );

/** Listens to what the words ask for: `events`, `links`, `downloads`, `forms`. */
export function follow(words: Set<string>, extensions: string[], track: Track): void {
  /** The elements from the one that was hit outwards, through open shadow roots. */
  const around = (event: Event): HTMLElement[] => event.composedPath().filter((target) => target instanceof HTMLElement);
  const named = (element: HTMLElement | undefined): void => {
    if (element && words.has('events')) track(element.dataset.askfirstEvent ?? '', propsOf(element));
  };
  const clicked = (event: MouseEvent): void => {
    // The main button, or the middle one, which opens a tab.
    if (event.button > 1) return;
    const path = around(event);
    named(path.find(({ dataset, tagName }) => dataset.askfirstEvent && tagName !== 'FORM'));
    const link = path.find((element) => element instanceof HTMLAnchorElement || element instanceof HTMLAreaElement);
    if (!link?.href || !/^https?:$/.test(link.protocol)) return;
    const extension = /\.(\w+)$/.exec(link.pathname)?.[1]?.toLowerCase() ?? '';
    if (words.has('downloads') && extensions.includes(extension)) track('file download', { file: decoded(link.pathname) });
    else if (words.has('links') && link.hostname !== location.hostname) track('outbound link', { host: link.hostname });
  };
  const submitted = (event: Event): void => {
    const [form] = around(event);
    if (form?.dataset.askfirstEvent) named(form);
    // A form without a name is told from others by the page that it stands on.
    const name = form?.id || form?.getAttribute('name');
    if (form && words.has('forms')) track('form submission', name ? { form: name } : {});
  };
  // Before the page's own listeners, which may stop the event; nothing here holds it up.
  addEventListener('click', clicked, true);
  addEventListener('auxclick', clicked, true);
  addEventListener('submit', submitted, true);
}
