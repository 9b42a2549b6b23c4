//! What of a URL may leave the browser: the path as a page template, never the query or the fragment, and nothing in the
//! path that looks like an e-mail address, a token or a long id.
//!
//! Every function here is idempotent, so the collector can apply it again to what arrives. What comes out is ASCII: other
//! characters stay percent-encoded, as browsers hand them over.
//!
//! | in the path | becomes |
//! |---|---|
//! | `/blog/how-to-ask-first` | unchanged |
//! | `/orders/123456/items` | `/orders/:id/items` |
//! | `/blue-shirt-123456` | `/:id` |
//! | `/u/550e8400-e29b-41d4-a716-446655440000` | `/u/:id` |
//! | `/reset/eyJhbGciOi….eyJzdWIi….c2ln…` | `/reset/:id` |
//! | `/invite/ada%40example.org` | `/invite/:email` |
//! | `/a;jsessionid=1f2e` | `/a` |
//!
//! Written over bytes, without slicing, searching or formatting: this runs in every visitor's browser, and each of those
//! costs it kilobytes (`npm run size`).

use crate::limits;

/// What stands for an e-mail address.
const EMAIL: &str = ":email";
/// What stands for an id, a token or a number.
const ID: &str = ":id";
/// What stands for a segment that is no ordinary name: broken escapes, a query in disguise, far too long.
const TEXT: &str = ":text";
/// What stands for the rest of a path that is too long.
const MORE: &str = "/:more";

/// Bytes of one segment that may be a readable slug, decoded.
const SEGMENT: usize = 128;
/// Bytes of one word in a slug: longer ones are taken for tokens.
const WORD: u32 = 32;

/// The page template of a path: at most [`limits::PAGE`] bytes of ASCII, beginning with `/`. A query or fragment is cut off.
#[must_use]
pub fn page(path: &str) -> String {
    let mut template = String::new();
    let (path, _) = cut(path, b"?#");
    let mut rest = path.strip_prefix("/").unwrap_or(path);
    loop {
        let (segment, after) = cut(rest, b"/");
        // `;jsessionid=…` is a parameter of the segment.
        let (segment, _) = cut(segment, b";");
        let shown = mask(segment).unwrap_or(segment);
        if template.len() + 1 + shown.len() > limits::PAGE - MORE.len() {
            template.push_str(MORE);
            return template;
        }
        template.push('/');
        template.push_str(shown);
        let Some(next) = after.strip_prefix("/") else { return template };
        rest = next;
    }
}

/// A short free value, such as `utm_campaign`, by the same rules as a path segment; one that is longer than `limit` bytes
/// is no ordinary name either.
#[must_use]
pub fn value(text: &str, limit: usize) -> &str {
    mask(text).unwrap_or(if text.len() > limit { TEXT } else { text })
}

/// The parts before and after the first of these bytes; all and nothing where there is none.
#[must_use]
#[expect(clippy::manual_contains, reason = "contains() searches bytes by words, which is larger")]
pub fn cut<'a>(text: &'a str, stops: &[u8]) -> (&'a str, &'a str) {
    let end = text.bytes().position(|byte| stops.iter().any(|&stop| stop == byte)).unwrap_or(text.len());
    text.split_at(end)
}

/// What stands for a segment, percent-encoded or not, where it may not be shown itself.
fn mask(raw: &str) -> Option<&'static str> {
    // Twice, because secrets arrive double-encoded from redirects.
    let Some(decoded) = decode(raw.as_bytes()).and_then(|once| decode(&once)) else { return Some(TEXT) };
    let (mut word, mut segment) = (Word::default(), Segment::default());
    let mut mask = None;
    if decoded.len() > SEGMENT || !raw.is_ascii() {
        mask = Some(TEXT);
    }
    let long = decoded.len() >= 16;
    for (at, byte) in decoded.into_iter().enumerate() {
        match byte {
            b'@' if at > 0 => return Some(EMAIL),
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'@' | 0x80.. => word.add(byte),
            b'-' | b'_' | b'.' | b'~' | b'+' | b',' | b':' | b' ' | b'!' | b'(' | b')' | b'*' | b'\''
            | b'$' => {
                segment.end(word);
                word = Word::default();
            }
            // It would end a path, begin a query or control a terminal.
            _ => mask = Some(TEXT),
        }
    }
    segment.end(word);
    let Segment { token, digits, odd, .. } = segment;
    // Telephone and card numbers come in groups, and chance puts separators into tokens.
    if token || digits > 6 || odd > 2 - u32::from(long) { Some(ID) } else { mask }
}

/// What is known of a segment by the words that it has had.
#[derive(Clone, Copy, Default)]
struct Segment {
    /// Whether one of them is a token.
    token: bool,
    /// Digits of numbers that stand alone; those of the first year do not count.
    digits: u32,
    year: bool,
    /// As in [`Word`].
    odd: u32,
}

impl Segment {
    #[inline(never)]
    fn end(&mut self, word: Word) {
        let number = word.digits == word.length;
        let year = word.length == 4 && matches!(word.first, [b'1', b'9'] | [b'2', b'0']);
        if number && (self.year || !year) {
            self.digits += word.length;
        }
        self.year |= number && year;
        self.odd += word.odd;
        self.token |= if number { word.length > 3 && !year } else { word.is_token() };
    }
}

/// The percent-decoded bytes; `None` where a `%` is not followed by two hex digits.
fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::new();
    let mut rest = bytes.iter();
    while let Some(&byte) = rest.next() {
        decoded.push(if byte == b'%' { hex(*rest.next()?)? << 4 | hex(*rest.next()?)? } else { byte });
    }
    Some(decoded)
}

const fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// What is known of a word while it is read.
#[derive(Clone, Copy, Default)]
struct Word {
    length: u32,
    digits: u32,
    /// Numbers in it: `web3summit` has one.
    runs: u32,
    /// Letters that are no hex digits.
    beyond_hex: u32,
    /// Letters of one case in a row, up to the last byte.
    row: u32,
    /// What no name has, but every second place of a token: capitals in a row or a single small letter between others, numbers
    /// between letters. `getElementById` has one of it, `HTMLElement` and `encodeURIComponent` none or one.
    odd: u32,
    /// Its first two bytes.
    first: [u8; 2],
    last: u8,
}

impl Word {
    fn add(&mut self, byte: u8) {
        let digit = byte.is_ascii_digit();
        // Bit 5 tells ASCII's lower case from its upper case.
        let same =
            self.last.is_ascii_alphabetic() && byte.is_ascii_alphabetic() && (self.last ^ byte) & 0x20 == 0;
        if !same && self.row > 0 {
            let capitals = self.last & 0x20 == 0;
            self.odd += u32::from(self.row < self.length && capitals == (self.row > 1));
            self.row = 0;
        }
        if digit {
            self.digits += 1;
            self.runs += u32::from(!self.last.is_ascii_digit());
        } else {
            self.beyond_hex += u32::from(hex(byte).is_none());
            self.odd += u32::from(self.last.is_ascii_digit() && self.digits < self.length);
            self.row += u32::from(byte.is_ascii());
        }
        let [first, second] = self.first;
        self.first = if self.length == 0 {
            [byte, 0]
        } else if self.length == 1 {
            [first, byte]
        } else {
            [first, second]
        };
        self.length += 1;
        self.last = byte;
    }

    /// Whether no person would type it, or it may be somebody's number.
    fn is_token(&self) -> bool {
        let Self { length, digits, .. } = *self;
        // `windows2026`, `2026edition`, `web3summit`: one short number.
        let at_an_end = self.first[0].is_ascii_digit() || self.last.is_ascii_digit();
        let named = self.runs < 2 && length < 20 && digits < 3 + 2 * u32::from(at_an_end);
        let numbered = digits > 0 && (self.beyond_hex == 0 || !named);
        length > WORD || (length >= 8 && numbered)
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
            prop_assert!(once.len() <= limits::PAGE);
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
            prop_assert!(value.len() <= limits::CAMPAIGN);
            prop_assert!(value.is_ascii() && !value.chars().any(char::is_control));
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
}
