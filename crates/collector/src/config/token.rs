//! The token of the private listener.

use std::fmt;

use anyhow::ensure;

/// The fewest characters. As hex digits they are 128 bits, which nobody can guess.
const LEAST: usize = 32;

/// A token. Only its hash is in memory, and hashes are compared in constant time, so that the time of an answer reveals nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(blake3::Hash);

impl Token {
    /// Reads a token from the text of a file or a variable.
    ///
    /// # Errors
    /// If it is too short, or cannot be sent in a header.
    pub fn new(text: &str) -> anyhow::Result<Self> {
        let text = text.trim_ascii();
        ensure!(
            text.len() >= LEAST && text.bytes().all(|byte| byte.is_ascii_graphic()),
            "a token must be at least {LEAST} printable ASCII characters without spaces, such as \
             `openssl rand -hex 32` prints"
        );
        Ok(Self(blake3::hash(text.as_bytes())))
    }

    /// Whether this is the token.
    #[must_use]
    pub fn matches(&self, shown: &[u8]) -> bool {
        // blake3 compares hashes in constant time.
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
    use crate::config::Config;

    const LONG: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn it_is_long_and_printable_and_shown_to_nobody() {
        let token = Token::new(&format!("{LONG}\n")).unwrap();
        assert!(token.matches(LONG.as_bytes()));
        for other in ["", "0", &LONG[1..], &format!("{LONG}\n"), &LONG.to_uppercase()] {
            assert!(!token.matches(other.as_bytes()), "{other:?}");
        }
        assert_eq!(format!("{token:?}"), "Token");
        for wrong in [&LONG[1..], "", "0123456789abcdef 0123456789abcdef", "ä123456789abcdef0123456789abcdef"]
        {
            let error = Token::new(wrong).unwrap_err().to_string();
            assert!(error.contains("at least 32") && !error.contains("456789"), "{error}");
        }
    }

    #[test]
    fn others_reach_the_owner_s_side_with_a_token_only() {
        let config = |text: &str| Config::parse(text).unwrap();
        for open in ["", "private = \"[::1]:8101\"", "private = \"unix:/run/askfirst/private.sock\""] {
            assert_eq!(config(open).token().unwrap(), None);
        }
        let mut reached = config("private = \"0.0.0.0:8101\"");
        let error = reached.token().unwrap_err().to_string();
        assert!(error.contains("0.0.0.0:8101") && error.contains("token_file"), "{error}");
        reached.token_file = Some("/nowhere".into());
        assert!(format!("{:#}", reached.token().unwrap_err()).contains("token_file: cannot read /nowhere"));
        let token = Token::new(&"a".repeat(32)).unwrap();
        reached.token = Some(token.clone());
        assert_eq!(reached.token().unwrap(), Some(token), "the environment goes before the file");
    }
}
