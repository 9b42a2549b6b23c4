//! Sizes in bytes of UTF-8 unless named otherwise, and lifetimes. Both sides hold to them: the snippet cuts, the collector
//! refuses.

/// A request body. Also the most that browsers let be in flight with `keepalive` (64 KiB, Fetch standard).
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
/// Hex digits of an id, a hit's UUID and a visit: 128 bits.
pub const ID_HEX: usize = 32;
/// What stands for an id that the collector keeps in a cookie which no script can read: the same for everybody.
pub const MINTED: &str = "00000000000000000000000000000000";
const _: () = assert!(MINTED.len() == ID_HEX);
/// Hex digits of a batch number: 64 bits. It only has to be unique for ten minutes at one site.
pub const BATCH_HEX: usize = 16;

/// Days for which a choice is remembered, yes and no alike, and for which the id lives: six calendar months
/// (Garante 10 June 2021 §6.2; CNIL 2020-092 §37–39). Never prolonged by visits (CNIL 2020-091).
pub const CHOICE_DAYS: u32 = 184;
/// Minutes for which a batch number is remembered, so that a retry is not counted twice.
pub const RETRY_MINUTES: u32 = 10;
/// Minutes without a hit after which a new visit begins, at levels with an id.
pub const VISIT_IDLE_MINUTES: u32 = 30;
