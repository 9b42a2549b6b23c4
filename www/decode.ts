// Paths and campaigns as people read them. The collector does the same again (crates/wire/src/redact), and the contract vectors hold
// the two together.

/** Controls and characters that do not show or that change the direction of text: they stay percent-encoded. */
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Decodes percent-encoding, in Unicode's composed form. What would end a path or a segment stays encoded, and so does what is no
 * UTF-8. The parts between escapes are composed each by itself, so that no accent joins the letter of an escape.
 */
export const decoded = (text: string): string =>
  text
    .replace(/(%[\da-f]{0,2})+/gi, (escapes) => {
      try {
        return decodeURIComponent(escapes).replace(/[%/?#;\\]/g, encodeURIComponent);
      } catch {
        return escapes;
      }
    })
    .replace(HIDDEN, encodeURIComponent)
    .split(/(%[\da-f]{2})/i)
    .map((part) => part.normalize())
    .join('');

/** `utm_source`, `utm_medium` and `utm_campaign` of an address's query. No other parameter is read. */
export const campaign = (search: string): string[] =>
  ['source', 'medium', 'campaign'].map((name) => {
    const [, value = ''] = new RegExp(`[?&;]utm_${name}=([^&]*)`).exec(search) ?? [];
    return decoded(value.replace(/\+/g, ' '));
  });
