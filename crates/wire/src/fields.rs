//! Serialization of messages. Each message writes its fields to a [`FieldWriter`]. The snippet's writer makes a JavaScript
//! object, the collector's makes JSON.
//!
//! This replaces `derive(Serialize)`, which costs the snippet kilobytes. The derived `Deserialize` must read what is written
//! here: the contract vectors and a property test in `tests/vectors.rs` check that.

/// An object that is being written.
pub trait FieldWriter {
    /// Adds a string.
    fn text(&mut self, name: &str, value: &str);
    /// Adds a whole number.
    fn number(&mut self, name: &str, value: u32);
    /// Adds `true` or `false`.
    fn flag(&mut self, name: &str, value: bool);
    /// Adds an object.
    fn nested<L: WriteFields>(&mut self, name: &str, value: &L);

    /// Adds a string, if there is one.
    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }
}

/// A message that can be written.
pub trait WriteFields {
    /// Writes its fields.
    fn write_fields<W: FieldWriter>(&self, out: &mut W);
}

#[cfg(feature = "decode")]
pub use json::to_json;

#[cfg(feature = "decode")]
mod json {
    use serde_json::{Map, Value};

    use super::{FieldWriter, WriteFields};

    #[derive(Default)]
    struct Json(Map<String, Value>);

    impl FieldWriter for Json {
        fn text(&mut self, name: &str, value: &str) {
            self.0.insert(name.into(), value.into());
        }
        fn number(&mut self, name: &str, value: u32) {
            self.0.insert(name.into(), value.into());
        }
        fn flag(&mut self, name: &str, value: bool) {
            self.0.insert(name.into(), value.into());
        }
        fn nested<L: WriteFields>(&mut self, name: &str, value: &L) {
            self.0.insert(name.into(), to_json(value));
        }
    }

    /// A message as JSON.
    #[must_use]
    pub fn to_json<L: WriteFields>(message: &L) -> Value {
        let mut object = Json::default();
        message.write_fields(&mut object);
        Value::Object(object.0)
    }
}

/// Implements `Serialize` by means of [`WriteFields`].
#[cfg(feature = "decode")]
macro_rules! serialize_by_fields {
    ($($message:ty),+) => {$(
        impl serde::Serialize for $message {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::fields::to_json(self).serialize(serializer)
            }
        }
    )+};
}
#[cfg(feature = "decode")]
pub(crate) use serialize_by_fields;
