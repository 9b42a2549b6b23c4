//! How messages are written: each lays its fields out, one after the other, and a [`Sink`] makes of them what it is there for:
//! the snippet's an object of the page, the collector's tests' JSON. Deriving `Serialize` on every type costs the snippet
//! kilobytes. That what is written is what the derived `Deserialize` reads, the contract vectors and a property test in
//! `tests/vectors.rs` hold.

/// An object in the making.
pub trait Sink {
    /// Adds a string.
    fn text(&mut self, name: &str, value: &str);
    /// Adds a whole number.
    fn number(&mut self, name: &str, value: u32);
    /// Adds `true` or `false`.
    fn flag(&mut self, name: &str, value: bool);
    /// Adds an object.
    fn nested<L: Lay>(&mut self, name: &str, value: &L);

    /// Adds a string, where there is one.
    fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }
}

/// What can be laid out.
pub trait Lay {
    /// Adds what it says to an object.
    fn lay<S: Sink>(&self, sink: &mut S);
}

#[cfg(feature = "decode")]
pub use json::json;

#[cfg(feature = "decode")]
mod json {
    use serde_json::{Map, Value};

    use super::{Lay, Sink};

    #[derive(Default)]
    struct Json(Map<String, Value>);

    impl Sink for Json {
        fn text(&mut self, name: &str, value: &str) {
            self.0.insert(name.into(), value.into());
        }
        fn number(&mut self, name: &str, value: u32) {
            self.0.insert(name.into(), value.into());
        }
        fn flag(&mut self, name: &str, value: bool) {
            self.0.insert(name.into(), value.into());
        }
        fn nested<L: Lay>(&mut self, name: &str, value: &L) {
            self.0.insert(name.into(), json(value));
        }
    }

    /// A message as JSON.
    #[must_use]
    pub fn json<L: Lay>(message: &L) -> Value {
        let mut object = Json::default();
        message.lay(&mut object);
        Value::Object(object.0)
    }
}

/// `Serialize`, for whoever reads what the snippet writes.
#[cfg(feature = "decode")]
macro_rules! serialize_as_laid {
    ($($message:ty),+) => {$(
        impl serde::Serialize for $message {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::lay::json(self).serialize(serializer)
            }
        }
    )+};
}
#[cfg(feature = "decode")]
pub(crate) use serialize_as_laid;
