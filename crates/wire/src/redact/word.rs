//! Words of a segment, and what tells them from tokens.

use super::hex;

/// Characters of one word in a slug: longer ones are taken for tokens.
const WORD: u32 = 32;
/// Letters of a word that has letters of one case only: `kraftfahrzeughaftpflichtversicherung` has 36.
const COMPOUND: u32 = 48;
/// Digits in a word that continues one of another script.
const JOINED_DIGITS: u32 = 4;
/// Digits of all numbers in a segment. Telephone and card numbers come in groups.
const DIGITS: u32 = 6;

/// What is known of a segment by the words that it has had.
#[derive(Clone, Copy, Default)]
pub(super) struct Segment {
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
    pub(super) fn end(&mut self, word: Word) {
        let number = word.digits == word.length;
        let year = word.length == 4 && matches!(word.first, [b'1', b'9'] | [b'2', b'0']);
        if number && (self.year || !year) {
            self.digits += word.length;
        }
        self.year |= number && year;
        self.odd += word.odd;
        self.token |= if number { word.length > 3 && !year } else { word.is_token() };
    }

    /// Whether no person would type it, or it may be somebody's number.
    pub(super) fn is_secret(self, long: bool) -> bool {
        // Chance puts separators into tokens, so odd places count for the segment, and in a long one two are enough.
        self.token || self.digits > DIGITS || self.odd > 2 - u32::from(long)
    }
}

/// What is known of a word while it is read.
#[derive(Clone, Copy, Default)]
pub(super) struct Word {
    length: u32,
    digits: u32,
    /// Numbers in it: `web3summit` has one.
    runs: u32,
    /// Letters that are no hex digits.
    beyond_hex: u32,
    /// Letters of one case in a row, up to the last character.
    row: u32,
    /// What no name has, but every second place of a token: capitals in a row or a single small letter between others, numbers
    /// between letters. `getElementById` has one of it, `HTMLElement` and `encodeURIComponent` none or one.
    odd: u32,
    /// Whether a letter of another script stands before or after it: `größe12345` is a word and then `e12345`.
    pub(super) joined: bool,
    /// Its first two characters.
    first: [u8; 2],
    last: u8,
}

impl Word {
    pub(super) fn add(&mut self, byte: u8) {
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
        length > self.limit() || (length >= 8 && numbered) || (self.joined && digits > JOINED_DIGITS)
    }

    const fn limit(&self) -> u32 {
        let capitalized = self.row + 1 == self.length && self.first[0].is_ascii_uppercase();
        if self.row == self.length || capitalized { COMPOUND } else { WORD }
    }
}

#[cfg(test)]
mod tests {
    use crate::redact::page;

    #[track_caller]
    fn assert_shown(segment: &str) {
        assert_eq!(page(&format!("/{segment}")), format!("/{segment}"));
    }

    #[track_caller]
    fn assert_masked(segment: &str) {
        assert_eq!(page(&format!("/{segment}")), "/:id", "{segment}");
    }

    /// Each pair is the last that is shown and the first that is not.
    #[track_caller]
    fn assert_between(pairs: &[(&str, &str)]) {
        for (shown, masked) in pairs {
            assert_shown(shown);
            assert_masked(masked);
        }
    }

    #[test]
    fn a_long_number_is_somebody_s_and_a_year_is_not() {
        assert_between(&[
            ("999", "1000"),
            ("1900", "1899"),
            ("2099", "2100"),
            ("2026", "20260"),
            ("top-999", "top-1234"),
        ]);
    }

    #[test]
    fn numbers_of_a_segment_add_up_without_the_first_year() {
        assert_between(&[
            ("111-222", "111-222-3"),
            ("11-22-33", "11-22-33-44"),
            ("2026-111-222", "2026-111-222-3"),
            ("111-222-2026", "111-222-2026-1999"),
            ("2026-2025-11", "2026-2025-111"),
            ("a-11-b-22-c-33", "a-11-b-22-c-33-d-4"),
        ]);
    }

    #[test]
    fn a_word_may_have_one_short_number() {
        assert_between(&[
            ("windows2026", "windows20261"),
            ("2026edition", "20261edition"),
            ("win12dows", "win123dows"),
            ("web3summit", "web3summit2"),
            ("introductionchapte1", "introductionchapter1"),
            // Of hex digits alone it may be no word.
            ("abcdef1", "abcdef12"),
        ]);
    }

    #[test]
    fn a_word_of_one_case_may_be_longer() {
        for (first, rest, longest) in
            [("a", "a", 48), ("S", "a", 48), ("A", "A", 48), ("a", "A", 32), ("\u{e9}A", "A", 49)]
        {
            let word = |length: usize| format!("{first}{}", rest.repeat(length - first.chars().count()));
            assert_shown(&word(longest));
            assert_masked(&word(longest + 1));
        }
        assert_between(&[(&format!("a{}", "%E9".repeat(31)), &format!("a{}", "%E9".repeat(32)))]);
    }

    #[test]
    fn digits_joined_to_another_script_are_few() {
        assert_between(&[
            ("größe1234", "größe12345"),
            ("1234größe", "12345größe"),
            ("größe1234größe", "größe12345größe"),
        ]);
        // A separator parts them.
        assert_between(&[("größe-win1234", "größe-win12345x")]);
        assert_shown("e12345");
    }

    #[test]
    fn a_name_changes_case_in_few_places() {
        for name in [
            "getElementById",
            "HTMLElement",
            "encodeURIComponent",
            "XMLHttpRequest",
            "myHTMLElement",
            "iPhone",
        ] {
            assert_shown(name);
        }
        assert_between(&[
            ("aBcDeFg", "aBcDeFgH"),
            ("aBcDe-aBcDe", "aBcDe-aBcDe-aBcDe"),
            // From 16 characters on, one such place less is enough.
            ("aBcDeFg-abcdefg", "aBcDeFg-abcdefgh"),
            ("a1b2", "a1b2c"),
            // A number in front is none of them.
            ("1AbCdEfg", "1AbCdEfGh"),
            ("myHTMLElement-myHTMLE", "myHTMLElement-myHTMLElement"),
        ]);
    }
}
