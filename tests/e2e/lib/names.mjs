// The names of what is kept on the device. Each ends with the site's tag. Computed here independently of the script and the collector
// (crates/wire/src/names.rs), so that a change of either is noticed.

/** The tag of a site: 32 bits of FNV-1a over the UTF-8 bytes of its name, folded to 24, in hex. @param {string} site */
export function tag(site) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(site)) hash = Math.imul(hash ^ byte, 0x01000193);
  const folded = (hash >>> 24) ^ (hash & 0xffffff);
  return folded.toString(16).padStart(6, '0');
}

/** All names of a site. @param {string} site */
export const names = (site) => ({
  /** Cookies. */
  id: `askfirst_id_${tag(site)}`,
  choiceCookie: `askfirst_choice_${tag(site)}`,
  /** The id that the collector makes, over plain http. */
  collectorId: `askfirst_collector_id_${tag(site)}`,
  /** Keys of localStorage. */
  choice: `askfirst.choice.${tag(site)}`,
  grant: `askfirst.grant.${tag(site)}`,
  queue: `askfirst.queue.${tag(site)}`,
  full: `askfirst.full.${tag(site)}`,
});

/** The site of most tests. */
export const SHOP = names('shop.example');
