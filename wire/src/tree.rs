//! How messages are written: each lays itself out as a [`Tree`], and one function writes trees. Deriving `Serialize` on
//! every type costs the snippet kilobytes. That what is written is what the derived `Deserialize` reads, the contract
//! vectors and a property test in `tests/vectors.rs` hold.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// A JSON value whose text belongs to the message.
#[derive(Clone, Debug)]
pub enum Tree<'a> {
    /// A string.
    Text(&'a str),
    /// A whole number.
    Number(u32),
    /// `true` or `false`.
    Flag(bool),
    /// An array.
    List(Vec<Tree<'a>>),
    /// An object.
    Fields(Fields<'a>),
}

/// An object's fields, in order.
#[derive(Clone, Debug, Default)]
pub struct Fields<'a>(Vec<(&'a str, Tree<'a>)>);

// Never inlined: a call is half as long as what it does, and every message makes a dozen.
impl<'a> Fields<'a> {
    /// Adds a field.
    #[inline(never)]
    pub fn put(&mut self, name: &'a str, value: Tree<'a>) {
        self.0.push((name, value));
    }

    /// The fields, in order.
    #[must_use]
    pub fn all(&self) -> &[(&'a str, Tree<'a>)] {
        &self.0
    }

    /// Adds a string.
    #[inline(never)]
    pub fn text(&mut self, name: &'a str, value: &'a str) {
        self.put(name, Tree::Text(value));
    }

    /// Adds a string, where there is one.
    #[inline(never)]
    pub fn optional(&mut self, name: &'a str, value: &'a Option<String>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }
}

/// What can be laid out as a tree.
pub trait Lay {
    /// Adds what it says to an object's fields.
    fn lay<'a>(&'a self, fields: &mut Fields<'a>);

    /// The object.
    fn tree(&self) -> Tree<'_> {
        let mut fields = Fields::default();
        self.lay(&mut fields);
        Tree::Fields(fields)
    }
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_u32(*number),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::List(items) => serializer.collect_seq(items),
            Self::Fields(fields) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in fields.all() {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// `Serialize` by way of the tree.
macro_rules! serialize_as_tree {
    ($($message:ty),+) => {$(
        impl serde::Serialize for $message {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::tree::Lay::tree(self).serialize(serializer)
            }
        }
    )+};
}
pub(crate) use serialize_as_tree;
