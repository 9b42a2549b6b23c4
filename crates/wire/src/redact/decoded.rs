//! Percent-decoding, as the page's script does it in JavaScript.

use std::fmt::Write as _;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::{escape, hex};

/// What stays encoded if it was: it would begin another part of the URL, or another escape.
const RESERVED: [char; 6] = ['%', '/', '?', '#', ';', '\\'];

/// The text as people read it: percent-escapes decoded, in Unicode's normalization form C.
///
/// 1. A run is a row of `%`, each with the two hex digits after it, or with one or none if there are no more. Each longest
///    run is decoded as UTF-8. It stays as it is if an escape in it is broken or the whole is not UTF-8: that is when
///    `decodeURIComponent` throws.
/// 2. `%`, `/`, `?`, `#`, `;` and `\` in a decoded run are encoded again.
/// 3. Hidden characters are encoded, in runs and elsewhere: C0 and C1 controls, DEL, U+061C, U+200B, U+200E, U+200F,
///    U+2028–U+202E, U+2060–U+2069, U+FEFF. U+200C and U+200D are not: Persian and Hindi words need them.
/// 4. What stands between escapes is normalized to NFC, each part by itself, so that no accent joins the letter of an
///    escape.
///
/// Hex digits are upper-case in what is encoded again. The rule is idempotent. In JavaScript:
///
/// ```js
/// text
///   .replace(/(%[\da-f]{0,2})+/gi, (run) => {
///     try { return decodeURIComponent(run).replace(/[%/?#;\\]/g, encodeURIComponent) } catch { return run }
///   })
///   .replace(/[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, encodeURIComponent)
///   .split(/(%[\da-f]{2})/i).map((part) => part.normalize()).join("")
/// ```
#[must_use]
pub fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (literal, after) = rest.split_at(rest.find('%').unwrap_or(rest.len()));
        literal.chars().for_each(|character| push(&mut out, character, is_hidden(character)));
        let (run, after) = after.split_at(run_length(after.as_bytes()));
        push_run(&mut out, run);
        rest = after;
    }
    if is_nfc(&out) { out } else { normalized(&out) }
}

/// The text in Unicode's normalization form C.
#[must_use]
pub fn composed(text: String) -> String {
    if is_nfc(&text) { text } else { text.nfc().collect() }
}

/// The bytes of the run that a text begins with.
fn run_length(text: &[u8]) -> usize {
    let mut end = 0;
    while text.get(end) == Some(&b'%') {
        let digits = text[end + 1..].iter().take(2).take_while(|&&digit| hex(digit).is_some());
        end += 1 + digits.count();
    }
    end
}

fn push_run(out: &mut String, run: &str) {
    let bytes = run.as_bytes().chunks(3).map(|escaped| escape(escaped.strip_prefix(b"%")?));
    match bytes.collect::<Option<_>>().and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => text.chars().for_each(|character| {
            push(out, character, is_hidden(character) || RESERVED.contains(&character));
        }),
        None => out.push_str(run),
    }
}

fn push(out: &mut String, character: char, encoded: bool) {
    if !encoded {
        return out.push(character);
    }
    for byte in character.encode_utf8(&mut [0; 4]).bytes() {
        write!(out, "%{byte:02X}").expect("a String takes all");
    }
}

/// Whether it does not show, or changes how its neighbours show.
const fn is_hidden(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1F'
            | '\x7F'..='\u{9F}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}'
    )
}

/// Normalizes what stands between escapes.
fn normalized(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        let mut signs = rest.match_indices('%').map(|(at, _)| at);
        let Some(at) = signs.find(|at| escape(&rest.as_bytes()[at + 1..]).is_some()) else {
            out.extend(rest.nfc());
            return out;
        };
        out.extend(rest[..at].nfc());
        out.push_str(&rest[at..at + 3]);
        rest = &rest[at + 3..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_decoded(cases: &[(&str, &str)]) {
        for (text, expected) in cases {
            assert_eq!(decoded(text), *expected, "{text}");
            assert_eq!(decoded(expected), *expected, "again");
        }
    }

    #[test]
    fn a_run_is_decoded_as_a_whole() {
        assert_decoded(&[
            ("", ""),
            ("%C3%A9", "é"),
            ("a%c3%a9b%41", "aébA"),
            ("%C3%A9%E9", "%C3%A9%E9"),
            ("%C3%A9.%E9", "é.%E9"),
            // A surrogate, and A in two bytes.
            ("%ED%A0%80", "%ED%A0%80"),
            ("%C1%81", "%C1%81"),
        ]);
    }

    #[test]
    fn a_broken_escape_keeps_its_run() {
        assert_decoded(&[
            ("%", "%"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            // Decoded, these would be escapes.
            ("%4%31", "%4%31"),
            ("%%34%31", "%%34%31"),
            ("%41%", "%41%"),
            ("%414", "A4"),
        ]);
    }

    #[test]
    fn what_would_change_the_address_stays_encoded() {
        assert_decoded(&[
            ("%2f%25%3f%23%3b%5c", "%2F%25%3F%23%3B%5C"),
            ("/?#;\\", "/?#;\\"),
            ("%2541", "%2541"),
            ("%26%3D%40", "&=@"),
        ]);
    }

    #[test]
    fn hidden_characters_are_encoded() {
        let hidden = [
            ('\0', '\x1F'),
            ('\x7F', '\u{9F}'),
            ('\u{61C}', '\u{61C}'),
            ('\u{200B}', '\u{200B}'),
            ('\u{200E}', '\u{200F}'),
            ('\u{2028}', '\u{202E}'),
            ('\u{2060}', '\u{2069}'),
            ('\u{FEFF}', '\u{FEFF}'),
        ];
        for character in ('\0'..'\u{10000}').filter(|&character| character != '%') {
            let is_hidden = hidden.iter().any(|&(first, last)| (first..=last).contains(&character));
            assert_eq!(decoded(&character.to_string()).starts_with('%'), is_hidden, "{character:?}");
        }
        assert_decoded(&[
            ("a\u{200e}b\n", "a%E2%80%8Eb%0A"),
            ("%E2%80%8E%e9", "%E2%80%8E%e9"),
            ("\u{200C}", "\u{200C}"),
        ]);
    }

    #[test]
    fn text_is_composed_but_never_with_an_escape() {
        assert_decoded(&[
            ("e\u{301}", "é"),
            ("e%CC%81", "é"),
            ("%65%CC%81", "é"),
            ("%2F%CC%87e\u{301}", "%2F\u{307}é"),
            ("e\u{301}%2F\u{307}", "é%2F\u{307}"),
            ("%E9e\u{301}%F", "%E9é%F"),
        ]);
    }
}
