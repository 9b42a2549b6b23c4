//! How messages are written. Each type writes its fields to a [`FieldWriter`]: the snippet's makes a JavaScript object, the
//! collector's tests' makes JSON. Deriving `Serialize` on every type would cost the snippet kilobytes. The contract vectors and a
//! property test in `tests/vectors.rs` check that the derived `Deserialize` reads what is written.

/// An object that is being written.
pub trait FieldWriter {
    /// Adds a string.
    fn text(&mut self, name: &str, value: &str);
    /// Adds a whole number.
    fn number(&mut self, name: &str, value: u32);
    /// Adds `true` or `false`.
    fn flag(&mut self, name: &str, value: bool);
    /// Adds an object.
    fn nested<L: Fields>(&mut self, name: &str, value: &L);

    /// Adds a string, if there is one.
    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }
}

/// A type that is written as an object.
pub trait Fields {
    /// Writes the fields.
    fn write_fields<S: FieldWriter>(&self, writer: &mut S);
}

#[cfg(feature = "decode")]
pub use json::to_json;

#[cfg(feature = "decode")]
mod json {
    use serde_json::{Map, Value};

    use super::{FieldWriter, Fields};

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
        fn nested<L: Fields>(&mut self, name: &str, value: &L) {
            self.0.insert(name.into(), to_json(value));
        }
    }

    /// A message as JSON.
    #[must_use]
    pub fn to_json<L: Fields>(message: &L) -> Value {
        let mut object = Json::default();
        message.write_fields(&mut object);
        Value::Object(object.0)
    }
}

/// `Serialize`, for programs that read what the snippet writes.
#[cfg(feature = "decode")]
macro_rules! serialize_fields {
    ($($message:ty),+) => {$(
        impl serde::Serialize for $message {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::fields::to_json(self).serialize(serializer)
            }
        }
    )+};
}
#[cfg(feature = "decode")]
pub(crate) use serialize_fields;
