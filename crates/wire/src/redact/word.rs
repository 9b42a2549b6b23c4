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
