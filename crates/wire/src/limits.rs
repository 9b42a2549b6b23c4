//! Sizes and lifetimes. Both sides apply them: the snippet cuts or drops, the collector refuses.
//!
//! Lengths of texts are in Unicode scalar values, so that a Thai page name may have as many letters as an English one.

/// The length of a text in Unicode scalar values. (`chars().count()` is larger in the snippet.)
#[must_use]
#[inline(never)]
pub fn scalars(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xc0 != 0x80).count()
}

/// The largest number of a policy: nine digits.
pub const POLICY: u32 = 999_999_999;

/// A request body, in bytes. Also the most that browsers let be in flight with `keepalive` (64 KiB, Fetch standard).
pub const BODY: usize = 64 * 1024;
/// Hits in one batch.
pub const HITS: usize = 100;
/// Hits that a batch may say were dropped: more than a page makes, and few enough that no message moves a count far.
pub const DROPPED: u32 = 10_000;
/// A site's name.
pub const SITE: usize = 253;
/// A page template: a path, no query, no fragment.
pub const PAGE: usize = 512;
/// A host name (RFC 1035).
pub const HOST: usize = 253;
/// The name of an event.
pub const EVENT_NAME: usize = 64;
/// The value of a `utm_*` parameter.
pub const CAMPAIGN: usize = 64;
/// Properties of one event.
pub const PROPS: usize = 10;
/// The name of a property.
pub const PROP_NAME: usize = 32;
/// The value of a property.
pub const PROP_VALUE: usize = 128;
/// The site's own id of a person, at level `full`.
pub const SUBJECT: usize = 128;
/// A language tag.
pub const LANG: usize = 16;
/// The words that asked for consent.
pub const TEXT: usize = 2_000;
/// Hex digits of an id, and of the number of a batch under an id: 128 bits.
pub const ID_HEX: usize = 32;
/// Hex digits of the number of an aggregated batch: 64 bits. It only has to be unique at one site for as long as it is
/// remembered.
pub const BATCH_HEX: usize = 16;

/// Days for which a choice is remembered, yes and no alike, and for which the id lives: six calendar months
/// (Garante 10 June 2021 §6.2; CNIL 2020-092 §37–39). Never prolonged by visits (CNIL 2020-091).
pub const CHOICE_DAYS: u32 = 184;
/// Minutes for which the page retries an aggregated message, from its first try.
pub const RETRY_MINUTES: u32 = 10;
/// Minutes for which the collector remembers the number of an aggregated batch. Longer than the page retries, because the last
/// retry may be on its way for some minutes.
pub const NUMBER_MINUTES: u32 = RETRY_MINUTES + 5;
/// Days for which the page retries a message under an id, from its first try. The collector recognizes a retry by the row that is
/// there already.
pub const CONSENTED_RETRY_DAYS: u32 = 7;
/// Days for which the collector remembers that an id was withdrawn: longer than a message under it can be on its way.
pub const WITHDRAWN_DAYS: u32 = CONSENTED_RETRY_DAYS + 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_collector_remembers_for_longer_than_the_page_retries() {
        assert_eq!((RETRY_MINUTES, NUMBER_MINUTES), (10, 15));
        assert_eq!((CONSENTED_RETRY_DAYS, WITHDRAWN_DAYS), (7, 8));
    }
}
