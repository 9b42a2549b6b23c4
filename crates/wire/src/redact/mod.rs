//! What of a URL may leave the browser: the path as a page template, never the query or the fragment, and nothing in the
//! path that looks like an e-mail address, a token or a long id.
//!
//! | in the path | becomes |
//! |---|---|
//! | `/blog/how-to-ask-first` | unchanged |
//! | `/記事/東京オリンピックの開催について` | unchanged |
//! | `/orders/123456/items` | `/orders/:id/items` |
//! | `/注文/１２３４５６` | `/注文/:id` |
//! | `/blue-shirt-123456` | `/:id` |
//! | `/u/550e8400-e29b-41d4-a716-446655440000` | `/u/:id` |
//! | `/reset/eyJhbGciOi….eyJzdWIi….c2ln…` | `/reset/:id` |
//! | `/invite/ada%40example.org` | `/invite/:email` |
//! | `/a;jsessionid=1f2e` | `/a` |
//!
//! Callers pass decoded text: `decoded` is the rule. The page's script decodes in JavaScript, and the collector decodes
//! again, because it trusts no sender. Every function here is idempotent, so doing both changes nothing.
//!
//! This runs in every visitor's browser. It works on bytes, because slicing, searching, formatting and Unicode tables cost
//! the module kilobytes (`npm run size`).

#[cfg(feature = "decode")]
mod decoded;
mod script;
mod word;

#[cfg(feature = "decode")]
pub use decoded::{composed, decoded};

use crate::limits::{self, scalars};
use word::{Segment, Word};

/// What stands for an e-mail address.
const EMAIL: &str = ":email";
/// What stands for an id, a token or a number.
const ID: &str = ":id";
/// What stands for a segment that is no ordinary name: broken escapes, a query in disguise, far too long.
const TEXT: &str = ":text";
/// What stands for the rest of a path that is too long.
const MORE: &str = "/:more";

/// Unicode scalar values of one segment that may be a readable slug.
const SEGMENT: usize = 128;
/// From this many on, a segment is long enough for the shape of chance to show in it.
const LONG: usize = 16;

/// The page template of a decoded path: at most [`limits::PAGE`] Unicode scalar values, beginning with `/`. A query or
/// fragment is cut off.
#[must_use]
pub fn page(path: &str) -> String {
    let mut template = String::new();
    let mut length = 0;
    let (path, _) = cut(path, b"?#");
    let mut rest = path.strip_prefix("/").unwrap_or(path);
    loop {
        let (segment, after) = cut(rest, b"/");
        // `;jsessionid=…` is a parameter of the segment.
        let (segment, _) = cut(segment, b";");
        let shown = mask(segment).unwrap_or(segment);
        length += 1 + scalars(shown);
        if length > limits::PAGE - MORE.len() {
            template.push_str(MORE);
            return template;
        }
        template.push('/');
        template.push_str(shown);
        let Some(next) = after.strip_prefix("/") else { return template };
        rest = next;
    }
}

/// A short decoded value, such as `utm_campaign`, by the same rules as a path segment. One of more than `limit` Unicode
/// scalar values is masked.
#[must_use]
pub fn value(text: &str, limit: usize) -> &str {
    mask(text).unwrap_or(if scalars(text) > limit { TEXT } else { text })
}

/// The parts before and after the first of these ASCII characters; all and nothing if there is none.
#[must_use]
#[expect(clippy::manual_contains, reason = "contains() searches bytes by words, which is larger")]
pub fn cut<'a>(text: &'a str, stops: &[u8]) -> (&'a str, &'a str) {
    let end = text.bytes().position(|byte| stops.iter().any(|&stop| stop == byte)).unwrap_or(text.len());
    text.split_at(end)
}

/// What stands for a segment if it may not be shown itself. The segment may be percent-encoded.
fn mask(raw: &str) -> Option<&'static str> {
    // Twice, because secrets arrive double-encoded from redirects.
    let Some(twice) = unescaped(raw.as_bytes(), true).and_then(|once| unescaped(&once, false)) else {
        return Some(TEXT);
    };
    let (mut word, mut segment) = (Word::default(), Segment::default());
    let mut mask = None;
    let mut length = 0;
    let mut rest = twice.as_slice();
    while let Some(character) = script::next(&mut rest) {
        length += 1;
        match character {
            b'@' if length > 1 => return Some(EMAIL),
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'@' | script::LETTER => word.add(character),
            // Encoded three times: no name is.
            b'%' if escape(rest).is_some() => mask = Some(TEXT),
            script::OTHER => {
                word.joined = true;
                segment.end(word);
                word = Word::default();
                word.joined = true;
            }
            b'-' | b'_' | b'.' | b'~' | b'+' | b',' | b':' | b' ' | b'!' | b'(' | b')' | b'*' | b'\''
            | b'$' | b'/' | b'%' => {
                segment.end(word);
                word = Word::default();
            }
            // It would begin a query or control a terminal.
            _ => mask = Some(TEXT),
        }
    }
    segment.end(word);
    if length > SEGMENT {
        mask = Some(TEXT);
    }
    if segment.is_secret(length >= LONG) { Some(ID) } else { mask }
}

/// The bytes after percent-decoding. A `%` that begins no escape is kept, or makes it `None` if `strict`.
fn unescaped(bytes: &[u8], strict: bool) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut rest = bytes.iter();
    while let Some(&byte) = rest.next() {
        let escaped = if byte == b'%' { escape(rest.as_slice()) } else { None };
        if escaped.is_some() {
            rest.nth(1);
        } else if strict && byte == b'%' {
            return None;
        }
        decoded.push(escaped.unwrap_or(byte));
    }
    Some(decoded)
}

/// The byte that the two hex digits after a `%` stand for.
fn escape(after: &[u8]) -> Option<u8> {
    let [high, low, ..] = *after else { return None };
    Some(hex(high)? * 16 + hex(low)?)
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn is_idempotent_and_bounded(path in "/(\\PC{0,40}/){0,8}\\PC{0,700}") {
            let once = page(&path);
            prop_assert!(once.chars().count() <= limits::PAGE);
            prop_assert!(once.starts_with('/'));
            prop_assert_eq!(page(&once), once);
        }

        #[test]
        fn keeps_nothing_of_query_and_fragment(path in "/[a-z]{1,8}", secret in "[A-Z]{12}", mark in "[?#;]") {
            let template = page(&[path.as_str(), &mark, "k=", &secret].concat());
            prop_assert_eq!(template, path);
        }

        #[test]
        fn masks_random_hex(bytes in proptest::array::uniform16(any::<u8>()), before in "[a-z]{0,10}") {
            let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assume!(token.bytes().any(|byte| byte.is_ascii_digit()));
            prop_assert_eq!(page(&format!("/{before}/{token}")), format!("/{before}/:id"));
            let uuid = format!("{}-{}-{}-{}-{}", &token[..8], &token[8..12], &token[12..16], &token[16..20], &token[20..]);
            prop_assert_eq!(page(&format!("/{uuid}")), "/:id");
        }

        #[test]
        fn masks_mail_addresses(local in "[a-z][a-z0-9.+_-]{0,20}", host in "[a-z]{1,20}", at in "(@|%40|%2540)") {
            prop_assert_eq!(page(&format!("/to/{local}{at}{host}.org/x")), "/to/:email/x");
        }

        #[test]
        fn masks_long_numbers(number in 10_000u64.., word in "[a-z]{1,10}") {
            prop_assert_eq!(page(&format!("/{word}/{number}")), format!("/{word}/:id"));
            prop_assert_eq!(page(&format!("/{word}-{number}")), "/:id");
        }

        #[test]
        fn values_are_bounded_and_safe(text in "\\PC{0,300}") {
            let value = value(&text, limits::CAMPAIGN);
            prop_assert!(scalars(value) <= limits::CAMPAIGN);
            prop_assert!(!value.chars().any(char::is_control));
        }
    }

    #[test]
    fn text_is_cut_once() {
        assert_eq!(cut("a/b?c", b"/?"), ("a", "/b?c"));
        assert_eq!(cut("a", b"/"), ("a", ""));
        assert_eq!(cut("é/x", b"/"), ("é", "/x"));
    }

    #[test]
    fn a_long_path_ends_in_more() {
        let path = "/section".repeat(100);
        let template = page(&path);
        assert!(template.ends_with("/section/:more"), "{template}");
        assert!(template.len() <= limits::PAGE);
    }

    #[test]
    fn limits_count_characters() {
        assert_eq!(scalars("aé記🎉"), 4);
        let page_of = |letter: &str| page(&format!("/{}", letter.repeat(100)).repeat(10));
        assert_eq!(page_of("記").replace('記', "é"), page_of("é"));
        assert!(scalars(&page_of("記")) > 400);
        let name = "é".repeat(limits::CAMPAIGN);
        assert_eq!(value(&name, limits::CAMPAIGN), name);
        assert_eq!(value(&format!("{name}é"), limits::CAMPAIGN), TEXT);
        let slug = format!("/{}", "記".repeat(SEGMENT));
        assert_eq!(page(&slug), slug);
        assert_eq!(page(&format!("{slug}事")), "/:text");
    }

    #[test]
    fn a_page_may_have_all_the_characters_of_its_limit() {
        // What must not be longer is the page with `/:more` after it.
        let path = "/section".repeat(63);
        let room = limits::PAGE - MORE.len() - path.len();
        let full = format!("{path}/{}", "a".repeat(room - 1));
        assert_eq!(page(&full), full);
        assert_eq!(page(&format!("{full}a")), format!("{path}/:more"));
    }
}
