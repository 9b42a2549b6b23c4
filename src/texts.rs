//! What the entry files hand over: one text with U+0000 between its parts. A list would cost each visitor what reads lists.

use askfirst_wire::redact::cut;

/// Texts with U+0000 between them, in turn; empty ones when they have come to their end.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'a>(pub &'a str);

impl<'a> Texts<'a> {
    /// The next one.
    #[inline(never)]
    pub fn text(&mut self) -> &'a str {
        let (text, rest) = cut(self.0, b"\0");
        self.0 = rest.strip_prefix("\0").unwrap_or_default();
        text
    }

    /// Whether none is left that is not empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_in_turn() {
        let mut texts = Texts("a\0\0c");
        assert_eq!([texts.text(), texts.text()], ["a", ""]);
        assert!(!texts.is_empty());
        assert_eq!([texts.text(), texts.text(), texts.text()], ["c", "", ""]);
        assert!(texts.is_empty());
    }
}
