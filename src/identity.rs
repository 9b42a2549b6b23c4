//! The anonymous id and its cookie. It is created only after consent and never kept in memory.

use askfirst_wire::limits;
use askfirst_wire::names::ID_COOKIE;

use crate::app::App;

/// Whether it has the form of an id.
fn is_id(text: &str) -> bool {
    text.len() == limits::ID_HEX && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl App {
    /// The id in the cookie.
    #[inline(never)]
    pub(crate) fn id(&self) -> Option<String> {
        Some(self.cookie(ID_COOKIE)).filter(|id| is_id(id))
    }

    /// Creates an id and writes its cookie. The caller reads it again to see whether the browser stored it.
    pub(crate) fn create_id(&self) {
        let id = self.browser.new_id().as_string().unwrap_or_default();
        self.write_cookie(ID_COOKIE, &id, crate::cookies::LIFE);
    }

    /// Deletes the cookie.
    #[inline(never)]
    pub(crate) fn delete_id_cookie(&self) {
        self.write_cookie(ID_COOKIE, "", 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hex_digits_are_an_id() {
        let id = "3f1c9a52e07b48d6a1f0c2b4d6e8f901";
        assert!(is_id(id));
        for text in ["", "forged", &id.to_uppercase(), &id[1..], &format!("{id}0")] {
            assert!(!is_id(text), "{text}");
        }
    }
}
