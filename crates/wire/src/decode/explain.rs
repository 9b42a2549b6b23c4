//! Why a body could not be read, in words that repeat nothing of it.

use serde_json::Value;

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

/// Why a body does not fit its level's type. Says so if it has a field that the inventory has at a higher level only, or nowhere.
pub(super) fn explain(body: &[u8], message: Message, level: Level, error: &serde_json::Error) -> Refused {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return malformed(error) };
    let mut paths = Vec::new();
    collect_paths(&value, String::new(), &mut paths);
    let inventory = inventory::shipped();
    let mut unknown = false;
    for path in &paths {
        match inventory.level_of(message, path) {
            Some(lowest) if lowest > level => {
                return Refused::new(
                    Refusal::FieldAboveLevel,
                    format!("{path} needs level {} or above", lowest.as_str()),
                );
            }
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown {
        return Refused::new(
            Refusal::UnknownField,
            "the body has a field that does not exist at any level: see /.well-known/askfirst.json",
        );
    }
    malformed(error)
}

/// The dotted paths of all fields with a value. Lists and [`inventory::WRAP`] add nothing to a path, a hit's kind (`hits.view`) is
/// no field of its own, and fields below `props` belong to the site.
fn collect_paths(value: &Value, at: String, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() && !at.ends_with(".props") => {
            for (name, value) in fields {
                let path = match at.as_str() {
                    "" => name.clone(),
                    _ if name == inventory::WRAP => at.clone(),
                    _ => format!("{at}.{name}"),
                };
                collect_paths(value, path, paths);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_paths(item, at.clone(), paths);
            }
        }
        _ => paths.push(at),
    }
}
