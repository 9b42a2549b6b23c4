//! What the owner's side wants to be shown.

use std::fmt;

use anyhow::ensure;

/// The fewest characters: as hex digits they are 128 bits, which nobody guesses.
const LEAST: usize = 32;

/// A token. Its hash alone is held, and hashes are compared in constant time: how long an answer takes tells nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(blake3::Hash);

impl Token {
    /// Takes a token as a file or a variable holds it.
    ///
    /// # Errors
    /// Where it is too short, or could not be sent in a header.
    pub fn new(text: &str) -> anyhow::Result<Self> {
        let text = text.trim_ascii();
        ensure!(
            text.len() >= LEAST && text.bytes().all(|byte| byte.is_ascii_graphic()),
            "a token is at least {LEAST} printable characters of ASCII without blanks, such as \
             `openssl rand -hex 32` prints"
        );
        Ok(Self(blake3::hash(text.as_bytes())))
    }

    /// Whether this is it.
    #[must_use]
    pub fn is(&self, shown: &[u8]) -> bool {
        // blake3's hashes are compared in constant time, whatever was shown.
        self.0 == blake3::hash(shown)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn it_is_long_and_printable_and_shown_to_nobody() {
        let token = Token::new(&format!("{LONG}\n")).unwrap();
        assert!(token.is(LONG.as_bytes()));
        for other in ["", "0", &LONG[1..], &format!("{LONG}\n"), &LONG.to_uppercase()] {
            assert!(!token.is(other.as_bytes()), "{other:?}");
        }
        assert_eq!(format!("{token:?}"), "Token");
        for wrong in [&LONG[1..], "", "0123456789abcdef 0123456789abcdef", "ä123456789abcdef0123456789abcdef"]
        {
            let error = Token::new(wrong).unwrap_err().to_string();
            assert!(error.contains("at least 32") && !error.contains("456789"), "{error}");
        }
    }
}
