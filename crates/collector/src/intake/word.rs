//! Words that are counted. Most are the program's own or the configuration's, so that a hit needs no memory for them.

use std::ops::Deref;
use std::sync::Arc;

/// A dimension or a value.
#[derive(Clone, Debug)]
pub enum Word {
    /// One that the program knows.
    Known(&'static str),
    /// One that the configuration declares.
    Declared(Arc<str>),
    /// What only this hit says.
    Said(String),
}

impl Deref for Word {
    type Target = str;
    fn deref(&self) -> &str {
        match self {
            Self::Known(word) => word,
            Self::Declared(word) => word,
            Self::Said(word) => word,
        }
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Word {}

impl From<&'static str> for Word {
    fn from(word: &'static str) -> Self {
        Self::Known(word)
    }
}

impl From<String> for Word {
    fn from(word: String) -> Self {
        Self::Said(word)
    }
}
