//! The levels of what may be known about a visitor. Only the visitor can move up.

use serde::Serialize;

/// How much may be known about a visitor. Ordered: `None < Aggregated < Anonymous < Full`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "decode", derive(serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is sent; nothing is kept but the choice itself.
    None,
    /// Counts, without an identifier: the default.
    Aggregated,
    /// The same browser came back: one random id in a first-party cookie. Opt-in.
    Anonymous,
    /// Who it is: an id that the site gives. A second, separate opt-in.
    Full,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Aggregated, Self::Anonymous, Self::Full];

    /// The level's name, as options, messages and reports spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Aggregated => "aggregated",
            Self::Anonymous => "anonymous",
            Self::Full => "full",
        }
    }

    /// The level of that name, where there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// The level's digit in the recorded choice: 0 to 3.
    #[must_use]
    pub const fn digit(self) -> u8 {
        self as u8
    }

    /// The level with that digit, where there is one.
    #[must_use]
    pub fn from_digit(digit: u8) -> Option<Self> {
        Self::ALL.get(usize::from(digit)).copied()
    }

    /// Whether a hit at this level belongs to an identifier.
    #[must_use]
    pub const fn has_id(self) -> bool {
        matches!(self, Self::Anonymous | Self::Full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_digits_go_both_ways() {
        for level in Level::ALL {
            assert_eq!(Level::from_name(level.as_str()), Some(level));
            assert_eq!(Level::from_digit(level.digit()), Some(level));
        }
        assert_eq!(Level::from_name("Full"), None);
        assert_eq!(Level::from_digit(4), None);
    }

    #[test]
    fn the_ladder_is_ordered() {
        assert!(Level::ALL.is_sorted());
    }
}
