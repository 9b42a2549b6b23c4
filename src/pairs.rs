//! Texts in a row: a query's `a=b&c=d`, a cookie header's `a=b; c=d`, and what the entry files hand over, which is one text
//! with U+0000 between its parts: a list would cost each visitor what reads lists. Pure, over bytes: `str`'s own searching
//! costs the snippet kilobytes.

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

/// The first value under that name, as it stands there.
#[must_use]
pub fn find<'a>(row: &'a str, separator: u8, name: &str) -> Option<&'a str> {
    let mut rest = row;
    loop {
        let (pair, after) = cut(rest, &[separator]);
        let value = pair.strip_prefix(name).and_then(|value| value.strip_prefix("="));
        if value.is_some() {
            return value;
        }
        rest = after.get(1..)?;
        rest = rest.strip_prefix(" ").unwrap_or(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_are_found_by_their_whole_name() {
        assert_eq!(find("a=1&b=2", b'&', "b"), Some("2"));
        assert_eq!(find("a=1; b=2; c=3", b';', "c"), Some("3"));
        assert_eq!(find("ab=1&b=2", b'&', "b"), Some("2"));
        assert_eq!(find("b=1&b=2", b'&', "b"), Some("1"));
        assert_eq!(find("b", b'&', "b"), None);
        assert_eq!(find("", b'&', "b"), None);
        assert_eq!(find("b=", b'&', "b"), Some(""));
    }

    #[test]
    fn texts_come_in_turn() {
        let mut texts = Texts("a\0\0c");
        assert_eq!([texts.text(), texts.text()], ["a", ""]);
        assert!(!texts.is_empty());
        assert_eq!([texts.text(), texts.text(), texts.text()], ["c", "", ""]);
        assert!(texts.is_empty());
    }

    proptest! {
        #[test]
        fn any_text_is_read(row in "\\PC{0,40}", name in "[a-z]{0,3}") {
            let _ = find(&row, b'&', &name);
        }
    }
}
