//! Why a body could not be read, in words that repeat nothing of it.

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::inventory::{self, Message};
use crate::level::Level;
use crate::refusal::{Refusal, Refused};

/// Names the place only: `serde_json`'s own messages repeat values of the body.
pub(super) fn malformed(error: &serde_json::Error) -> Refused {
    let what = match error.classify() {
        serde_json::error::Category::Data => "a field is missing or has the wrong type",
        _ => "the body is not JSON",
    };
    Refused::new(Refusal::Malformed, format!("{what}, at line {} column {}", error.line(), error.column()))
}

/// Why a body does not fit its level's type. Says so if it has a field that the inventory has at a higher level only, or nowhere;
/// the first such field decides.
pub(super) fn explain(body: &[u8], message: Message, level: Level, error: &serde_json::Error) -> Refused {
    let mut walk = Walk { message, level, path: String::new(), found: None };
    // It ends early at such a field, or where the body is nested too deep to be a message.
    let _ended = walk.deserialize(&mut serde_json::Deserializer::from_slice(body));
    walk.found.unwrap_or_else(|| malformed(error))
}

/// Reads a body field by field up to the first that may not be there. A refused body must cost little, so nothing of it is
/// kept but the path of one field.
struct Walk {
    message: Message,
    level: Level,
    /// The dotted path of the field that is being read. Lists add nothing to it.
    path: String,
    found: Option<Refused>,
}

impl Walk {
    /// Looks up a field with a value. A hit's kind (`hits.view`) is no field of its own.
    fn check<E: Error>(&mut self) -> Result<(), E> {
        let path = &self.path;
        let refused = match inventory::shipped().level_of(self.message, path) {
            Some(lowest) if lowest > self.level => Refused::new(
                Refusal::FieldAboveLevel,
                format!("{path} needs level {} or above", lowest.as_str()),
            ),
            Some(_) => return Ok(()),
            None => Refused::new(
                Refusal::UnknownField,
                "the body has a field that does not exist at any level: see /.well-known/askfirst.json",
            ),
        };
        self.found = Some(refused);
        Err(E::custom("found"))
    }

    /// Reads the fields of an object.
    fn fields<'de, A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
        let outer = self.path.len();
        let mut empty = true;
        while fields.next_key_seed(Name(&mut self.path))?.is_some() {
            fields.next_value_seed(&mut *self)?;
            self.path.truncate(outer);
            empty = false;
        }
        if empty { self.check() } else { Ok(()) }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Walk {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Walk {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        // Fields below `props` belong to the site.
        if !self.path.ends_with(".props") {
            return self.fields(fields);
        }
        self.check()?;
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(&mut *self)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.check()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.check()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.check()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.check()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.check()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.check()
    }
}

/// Adds a field's name to a path.
struct Name<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        let Self(path) = self;
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode;

    const UNKNOWN: (Refusal, &str) = (
        Refusal::UnknownField,
        "the body has a field that does not exist at any level: see /.well-known/askfirst.json",
    );

    /// Why a batch with these fields beside the usual ones is refused.
    fn refused(level: &str, fields: &str) -> (Refusal, String) {
        let body = format!(r#"{{"v":2,"site":"s","level":"{level}","batch":"00ff10ee20dd30cc",{fields}}}"#);
        let refused = decode::batch(body.as_bytes()).expect_err(&body);
        (refused.reason, refused.detail)
    }

    #[track_caller]
    fn assert_refused(level: &str, fields: &str, (reason, detail): (Refusal, &str)) {
        assert_eq!(refused(level, fields), (reason, detail.to_owned()), "{fields}");
    }

    #[test]
    fn the_first_field_that_may_not_be_there_decides() {
        let id = (Refusal::FieldAboveLevel, "id needs level anonymous or above");
        assert_refused("aggregated", r#""id":"a","title":"b","hits":[]"#, id);
        assert_refused("aggregated", r#""title":"b","id":"a","hits":[]"#, UNKNOWN);
        assert_refused("aggregated", r#""hits":[{"view":{"page":"/"}},{"id":"a"}],"id":"a""#, UNKNOWN);
        let subject = (Refusal::FieldAboveLevel, "subject needs level full or above");
        assert_refused("anonymous", r#""id":"a","subject":"b","hits":[]"#, subject);
    }

    #[test]
    fn a_value_of_any_kind_is_a_field() {
        for value in
            ["true", "1", "-1", "0.5", r#""a""#, r#""\n""#, "null", "{}", r#"{"b":1}"#, "[0]", "[[], [{}]]"]
        {
            assert_refused("aggregated", &format!(r#""hits":[],"title":{value}"#), UNKNOWN);
            assert_refused(
                "aggregated",
                &format!(r#""hits":[{{"view":{{"page":"/","title":{value}}}}}]"#),
                UNKNOWN,
            );
        }
    }

    #[test]
    fn a_field_of_the_wrong_type_is_malformed() {
        for fields in [
            r#""dropped":"1","hits":[]"#,
            // A list without items has no field.
            r#""hits":[],"title":[]"#,
            r#""hits":[{"event":{"name":"a","page":1}}]"#,
            // The names of properties are the site's.
            r#""hits":[{"event":{"name":"a","page":"/","props":{"mine":1,"props":{"id":2}}}}]"#,
            r#""hits":[{"event":{"page":"/","props":{"name":""}}}]"#,
            // Too deep for a message.
            &format!(r#""hits":[],"title":{}0{}"#, "[".repeat(200), "]".repeat(200)),
        ] {
            let (reason, detail) = refused("aggregated", fields);
            assert_eq!(reason, Refusal::Malformed, "{fields}: {detail}");
            assert!(
                detail.starts_with("a field is missing or has the wrong type, at line 1 column "),
                "{detail}"
            );
        }
    }

    #[test]
    fn nothing_wraps_a_hit() {
        let hit = r#"{"what":{"view":{"page":"/"}}}"#;
        assert_refused("anonymous", &format!(r#""id":"a","hits":[{hit}]"#), UNKNOWN);
        assert_refused("anonymous", r#""id":"a","hits":[],"what":{"id":"b"}"#, UNKNOWN);
    }

    #[test]
    fn the_place_of_what_is_no_json_is_named() {
        let refused = decode::batch(b"{\n\"v\":").unwrap_err();
        assert_eq!(refused.detail, "the body is not JSON, at line 2 column 4");
    }
}
