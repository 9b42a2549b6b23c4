//! Characters of any script, as the ASCII characters that they count as when a segment is judged.

/// What a byte counts as that is no UTF-8: a letter that is part of a word. Legacy encodings write theirs so.
pub(super) const LETTER: u8 = 0x80;
/// What other non-ASCII characters count as, letters and punctuation alike. No token has them, so they end a word.
pub(super) const OTHER: u8 = 0x81;
/// What the C1 controls count as.
const CONTROL: u8 = 0;

/// The first code point of each block of ten decimal digits (Unicode 17, `Nd`) in the scripts of today's languages, without ASCII's
/// and the fullwidth ones: Arabic, Persian, the Brahmic scripts of India, Thai, Lao, Tibetan, Burmese, Khmer, Mongolian.
const DIGITS: [u16; 17] = [
    0x0660, 0x06F0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0E50, 0x0ED0,
    0x0F20, 0x1040, 0x17E0, 0x1810,
];
/// Those of all other scripts, which only the collector knows: every visitor would load them.
#[cfg(feature = "decode")]
const RARE_DIGITS: [u32; 58] = [
    0x07C0, 0x0DE6, 0x1090, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0,
    0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0,
    0x11C50, 0x11D50, 0x11DA0, 0x11DE0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0,
    0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// Takes the next character of bytes that should be UTF-8, or one byte if they are not.
pub(super) fn next(bytes: &mut &[u8]) -> Option<u8> {
    let (&lead, after) = bytes.split_first()?;
    *bytes = after;
    if lead < 0x80 {
        return Some(lead);
    }
    let Some((character, after)) = character(lead, after) else { return Some(LETTER) };
    *bytes = after;
    Some(counts_as(character.into()))
}

/// The non-ASCII character that begins with this byte, and what is after it.
fn character(lead: u8, after: &[u8]) -> Option<(char, &[u8])> {
    // A lead byte begins with as many ones as its character has bytes.
    let length = lead.leading_ones() as usize;
    if !matches!(length, 2..=4) {
        return None;
    }
    let (tail, after) = after.split_at_checked(length - 1)?;
    let mut code = u32::from(lead) & (0x7F >> length);
    for &byte in tail {
        code = if byte & 0xC0 == 0x80 { code * 64 + u32::from(byte & 0x3F) } else { return None };
    }
    let character = char::from_u32(code)?;
    // A longer form than a character needs is none.
    (character.len_utf8() == length).then_some((character, after))
}

fn counts_as(code: u32) -> u8 {
    match code {
        0..0x80 => code as u8,
        0x80..0xA0 => CONTROL,
        // Fullwidth digits, `@` and capitals, small letters: ASCII, shifted.
        0xFF10..=0xFF19 | 0xFF20..=0xFF3A | 0xFF41..=0xFF5A => (code - 0xFEE0) as u8,
        _ => digit(code).unwrap_or(OTHER),
    }
}

/// The ASCII digit of a decimal digit in another script.
fn digit(code: u32) -> Option<u8> {
    let value = DIGITS.iter().map(|&first| code.wrapping_sub(first.into())).find(|&value| value < 10);
    #[cfg(feature = "decode")]
    let value =
        value.or_else(|| RARE_DIGITS.iter().map(|&first| code.wrapping_sub(first)).find(|&value| value < 10));
    Some(b'0' + value? as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(mut bytes: &[u8]) -> Vec<u8> {
        std::iter::from_fn(|| next(&mut bytes)).collect()
    }

    #[test]
    fn characters_of_every_length_are_one() {
        assert_eq!(counted("aß記🎉z".as_bytes()), [b'a', OTHER, OTHER, OTHER, b'z']);
        // The first and last character of each length, and those beside the surrogates.
        let edges =
            ['\u{A0}', '\u{7FF}', '\u{800}', '\u{FFFF}', '\u{10000}', '\u{10FFFF}', '\u{D7FF}', '\u{E000}'];
        for edge in edges {
            assert_eq!(counted(format!("{edge}a").as_bytes()), [OTHER, b'a'], "{edge:?}");
        }
        assert_eq!(counted("\u{9F}a".as_bytes()), [CONTROL, b'a']);
    }

    #[test]
    fn each_byte_is_a_letter_if_it_is_no_utf_8() {
        let cases: [&[u8]; 10] = [
            b"\xE9",             // é in Latin-1
            b"\x80",             // what may only follow
            b"\xE8\xA8",         // cut off
            b"\xC1\x81",         // A in two bytes
            b"\xE0\x81\x81",     // A in three
            b"\xF0\x80\x81\x81", // A in four
            b"\xED\xA0\x80",     // a surrogate
            b"\xF4\x90\x80\x80", // beyond Unicode
            b"\xFF\xFE\xF8",     // of no character
            b"\xFF\xBF\xBF\xBF\xBF\xBF\xBF\xBF",
        ];
        for bytes in cases {
            assert_eq!(counted(bytes), [LETTER].repeat(bytes.len()), "{bytes:x?}");
            assert_eq!(
                counted(&[bytes, b"a"].concat()),
                [&[LETTER].repeat(bytes.len())[..], b"a"].concat(),
                "{bytes:x?}"
            );
        }
    }

    #[test]
    fn fullwidth_forms_are_ascii() {
        let (wide, narrow) = ("０９＠ＡＺａｚ", "09@AZaz");
        assert_eq!(counted(wide.as_bytes()), narrow.as_bytes());
        // Punctuation is not: it stands in many titles.
        assert_eq!(counted("／：？［｀｛".as_bytes()), [OTHER; 6]);
    }

    #[test]
    #[cfg(feature = "decode")]
    fn digits_come_in_blocks_of_ten() {
        let digits: Vec<(char, u8)> = ('\0'..'\u{20000}')
            .map(|character| (character, counts_as(character.into())))
            .filter(|(_, counts_as)| counts_as.is_ascii_digit())
            .collect();
        assert!(digits.iter().all(|(character, _)| character.is_numeric()));
        assert_eq!(digits.len(), 770, "Unicode 17 has 77 blocks");
        for block in digits.chunks(10) {
            let (first, _) = block[0];
            for (value, &(character, digit)) in block.iter().enumerate() {
                assert_eq!(digit, b'0' + value as u8, "{character:?}");
                assert_eq!(character as usize, first as usize + value, "{character:?}");
            }
        }
    }
}
