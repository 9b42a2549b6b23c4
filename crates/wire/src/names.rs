//! Names of cookies and storage keys that the snippet and the collector share.
//!
//! Each bears the site's [`tag`], so that two sites on one host, or below one domain, never read or delete each other's.

use crate::hash::fnv1a;

/// The cookie of the anonymous id, without the tag.
pub const ID_COOKIE: &str = "askfirst_id_";
/// The cookie of the choice, without the tag.
pub const CHOICE_COOKIE: &str = "askfirst_choice_";
/// The `localStorage` key of the choice, without the tag.
pub const CHOICE_KEY: &str = "askfirst.choice.";
/// The `localStorage` key of the last grant, without the tag.
pub const GRANT_KEY: &str = "askfirst.grant.";
/// The `localStorage` key of undelivered messages under an id, without the tag.
pub const QUEUE_KEY: &str = "askfirst.queue.";

/// Stands for the id in messages and in the page's cookie if the collector keeps the id in a cookie that no script can read. It is
/// the same for everybody.
pub const ID_AT_COLLECTOR: &str = "00000000000000000000000000000000";
const _: () = assert!(ID_AT_COLLECTOR.len() == crate::limits::ID_HEX);

/// The site's tag: six hex digits of a hash of its name.
#[must_use]
pub fn tag(site: &str) -> String {
    let hash = fnv1a(0, site);
    // Folded to 24 bits, as the authors of FNV advise for sizes that are no power of two bytes.
    let hash = hash >> 24 ^ hash & 0xff_ffff;
    (0..6).rev().map(|digit| char::from(b"0123456789abcdef"[(hash >> (4 * digit) & 15) as usize])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_six_hex_digits_and_differ() {
        assert_eq!(tag(""), "1c9d44");
        for site in ["shop.example", "Shop.example", "shop.example.org", "магазин.example"] {
            let found = tag(site);
            assert!(
                found.len() == 6 && found.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')),
                "{found}"
            );
        }
        let tags: std::collections::BTreeSet<String> =
            (0..1_000).map(|site| tag(&format!("s{site}"))).collect();
        assert!(tags.len() > 998, "{}", tags.len());
    }
}
