//! What of a URL may leave the browser: the path as a page template, never the query or the fragment, and nothing in the
//! path that looks like an e-mail address, a token or a long id.
//!
//! Every function here is idempotent, so the collector can apply it again to what arrives.
//!
//! | in the path | becomes |
//! |---|---|
//! | `/blog/how-to-ask-first` | unchanged |
//! | `/orders/123456/items` | `/orders/:id/items` |
//! | `/blue-shirt-123456` | `/blue-shirt-:id` |
//! | `/u/550e8400-e29b-41d4-a716-446655440000` | `/u/:id` |
//! | `/reset/eyJhbGciOi….eyJzdWIi….c2ln…` | `/reset/:id` |
//! | `/invite/ada%40example.org` | `/invite/:email` |
//! | `/a;jsessionid=1f2e` | `/a` |
//! | `/%E6%97%A5%E6%9C%AC` | `/日本` |

use crate::limits;

/// What stands for an e-mail address.
const EMAIL: &str = ":email";
/// What stands for an id, a token or a number.
const ID: &str = ":id";
/// What stands for a segment that is no ordinary name: broken escapes, a query in disguise, far too long.
const TEXT: &str = ":text";
/// What stands for the rest of a path that is too long.
const MORE: &str = ":more";

/// Bytes of one segment that may be a readable slug.
const SEGMENT: usize = 128;
/// Bytes of one word in a slug: longer ones are taken for tokens.
const WORD: usize = 32;

/// The page template of a path: at most [`limits::PAGE`] bytes, beginning with `/`. A query or fragment is cut off.
#[must_use]
pub fn page(path: &str) -> String {
    let path = cut_at(path, |byte| matches!(byte, b'?' | b'#'));
    let mut template = String::new();
    for part in path.strip_prefix('/').unwrap_or(path).split('/') {
        let part = segment(cut_at(part, |byte| byte == b';'));
        if template.len() + 1 + part.len() > limits::PAGE - MORE.len() - 1 {
            template.push('/');
            template.push_str(MORE);
            break;
        }
        template.push('/');
        template.push_str(&part);
    }
    template
}

/// A short free value, such as `utm_campaign`, by the same rules as a path segment. Cut to `limit` bytes.
#[must_use]
pub fn value(text: &str, limit: usize) -> String {
    let mut value = segment(text);
    truncate(&mut value, limit);
    value
}

/// Cuts `text` to at most `limit` bytes, at a character boundary.
pub fn truncate(text: &mut String, limit: usize) {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
}

fn cut_at(text: &str, stop: impl Fn(u8) -> bool) -> &str {
    text.bytes().position(stop).and_then(|end| text.get(..end)).unwrap_or(text)
}

/// One segment of a path, percent-encoded or not, as it may be shown.
fn segment(raw: &str) -> String {
    // Twice, because secrets arrive double-encoded from redirects.
    let Some(decoded) = decode(raw.as_bytes()).and_then(|once| decode(&once)) else { return TEXT.into() };
    let Ok(text) = String::from_utf8(decoded) else { return TEXT.into() };
    if text.bytes().skip(1).any(|byte| byte == b'@') {
        return EMAIL.into();
    }
    if text.len() > SEGMENT || !text.chars().all(is_ordinary) {
        return TEXT.into();
    }
    words(&text).unwrap_or_else(|| ID.into())
}

/// The percent-decoded bytes; `None` where a `%` is not followed by two hex digits.
fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(&byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (hex(*rest.next()?)?, hex(*rest.next()?)?);
            decoded.push(high << 4 | low);
        } else {
            decoded.push(byte);
        }
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

/// Characters of ordinary names. What is left out would end a path, begin a query, or control a terminal.
const fn is_ordinary(c: char) -> bool {
    match c {
        '0'..='9' | 'a'..='z' | 'A'..='Z' | '@' => true,
        _ if is_separator(c) => true,
        // No control characters, no invisible or direction-changing ones, no replacement character.
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff0}'..='\u{ffff}' => false,
        _ => c as u32 >= 0xa1,
    }
}

const fn is_separator(c: char) -> bool {
    matches!(c, '-' | '_' | '.' | '~' | '+' | ',' | ':' | ' ' | '!' | '(' | ')' | '*' | '\'' | '$')
}

/// The text with its long number masked, or `None` where something in it looks like a token.
fn words(text: &str) -> Option<String> {
    let mut shown = String::with_capacity(text.len());
    let (mut digits, mut groups, mut numbers) = (0, 0, 0);
    for piece in text.split_inclusive(is_separator) {
        let word = piece.strip_suffix(is_separator).unwrap_or(piece);
        match kind(word.as_bytes()) {
            Word::Ordinary => shown.push_str(piece),
            Word::Digits => {
                digits += word.len();
                groups += 1;
                shown.push_str(piece);
            }
            Word::Number => {
                numbers += 1;
                shown.push_str(ID);
                shown.push_str(&piece[word.len()..]);
            }
            Word::Token => return None,
        }
    }
    // Telephone and card numbers come in groups.
    let grouped = numbers > 1 || digits > 6 || (numbers == 1 && groups > 1);
    (!grouped).then_some(shown)
}

enum Word {
    /// A word or a year.
    Ordinary,
    /// One to three digits.
    Digits,
    /// A number long enough to be somebody's.
    Number,
    /// Something that no person would type.
    Token,
}

fn kind(word: &[u8]) -> Word {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    if digits == word.len() {
        return match word {
            [] | [b'1', b'9', _, _] | [b'2', b'0', _, _] => Word::Ordinary,
            _ if digits > 3 => Word::Number,
            _ => Word::Digits,
        };
    }
    let token = word.len() > WORD
        || (word.len() >= 8
            && digits > 0
            && (word.iter().all(u8::is_ascii_hexdigit) || !is_name_with_number(word)))
        || has_random_case(word);
    if token { Word::Token } else { Word::Ordinary }
}

/// `windows2026`, `2026edition`, `web3summit`: letters with one short number at the end, at the start or inside.
fn is_name_with_number(word: &[u8]) -> bool {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let start = word.iter().position(is_digit).unwrap_or(0);
    let number = word[start..].iter().take_while(|byte| is_digit(byte)).count();
    let rest = &word[start + number..];
    let at_an_end = start == 0 || rest.is_empty();
    !rest.iter().any(is_digit) && number <= if at_an_end { 4 } else { 2 }
}

/// Case that changes as often as by chance: `dQwXgWcQrT`, but not `getElementById`.
fn has_random_case(word: &[u8]) -> bool {
    let changes = word
        .windows(2)
        .filter(|pair| pair[0].is_ascii_alphabetic() && pair[1].is_ascii_alphabetic())
        .filter(|pair| pair[0].is_ascii_lowercase() != pair[1].is_ascii_lowercase())
        .count();
    word.len() >= 8 && changes >= 5 && changes * 20 >= word.len() * 9
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
            prop_assert_eq!(page(&format!("/{word}-{number}")), format!("/{word}-:id"));
        }

        #[test]
        fn values_are_bounded_and_safe(text in "\\PC{0,300}") {
            let value = value(&text, limits::CAMPAIGN);
            prop_assert!(value.len() <= limits::CAMPAIGN);
            prop_assert!(!value.chars().any(char::is_control));
        }
    }

    #[test]
    fn a_long_path_ends_in_more() {
        let path = "/section".repeat(100);
        let template = page(&path);
        assert!(template.ends_with("/section/:more"), "{template}");
        assert!(template.len() <= limits::PAGE);
    }
}
