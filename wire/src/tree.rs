//! How messages are written: each lays itself out as a [`Tree`], and one serializer writes trees. Deriving `Serialize` on
//! every type would cost the snippet 4 kB of brotli. That what is written is what the derived `Deserialize` reads is held
//! by the contract vectors and by a property test in [`decode`](mod@crate::decode).

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
pub type Fields<'a> = Vec<(&'a str, Tree<'a>)>;

/// What can be laid out as a tree.
pub trait Lay {
    /// The tree.
    fn lay(&self) -> Tree<'_>;
}

/// The field, where there is a value.
pub(crate) fn optional<'a>(fields: &mut Fields<'a>, name: &'static str, value: Option<&'a str>) {
    if let Some(value) = value {
        fields.push((name, Tree::Text(value)));
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
                for (name, value) in fields {
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
                $crate::tree::Lay::lay(self).serialize(serializer)
            }
        }
    )+};
}
pub(crate) use serialize_as_tree;
