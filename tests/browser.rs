//! In a browser: the messages as they leave Rust, and what the module keeps there. How it works together with the entry files,
//! the tests in `e2e/` show.
//! `npm test -- --only wasm` runs it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a vector that cannot be read is a failed test")]

mod messages;

use askfirst::delivery::js::object;
use askfirst::storage::Storage;
use askfirst_wire::batch::Envelope;
use askfirst_wire::consent::{Action, Denial, Forget, Grant, MyData};
use askfirst_wire::fields::WriteFields;
use askfirst_wire::{Batch, Level, redact};
use js_sys::JSON;
use messages::{batch, text, vectors};
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// JSON of a JavaScript value; null for what has none.
fn json(value: &JsValue) -> Value {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
}

/// A message as the snippet hands it to `fetch`.
fn sent_as<L: WriteFields>(message: &L) -> Value {
    json(&object(message))
}

fn consent_message(message: &str, body: &Value) -> Value {
    let (v, site) = (askfirst_wire::VERSION, text(body, "site"));
    if message == "forget" {
        return sent_as(&Forget { v, site, id: text(body, "id") });
    }
    if message == "mydata" {
        return sent_as(&MyData { v, site, id: text(body, "id") });
    }
    let level = Level::from_name(&text(body, "level")).unwrap();
    let policy = u32::try_from(body["policy"].as_u64().unwrap()).unwrap();
    if text(body, "action") == "deny" {
        return sent_as(&Denial {
            v,
            site,
            action: Action::Deny,
            level,
            policy,
            number: text(body, "number"),
        });
    }
    let (lang, id, banner) = (text(body, "lang"), text(body, "id"), body["banner"].as_bool().unwrap());
    let (page, text) = (Some(text(body, "page")), text(body, "text"));
    sent_as(&Grant { v, site, action: Action::Grant, level, policy, lang, banner, text, page, id })
}

#[wasm_bindgen_test]
fn what_the_browser_shows_becomes_the_message() {
    for vector in vectors(include_str!("../crates/wire/tests/vectors/collect.json")) {
        let batch = batch(&vector["made_from"]);
        let subject = match &batch {
            Batch::Full(batch) => batch.subject.as_deref(),
            Batch::Aggregated(_) | Batch::Anonymous(_) => None,
        };
        let mut body = sent_as(&Envelope {
            site: batch.site(),
            level: batch.level(),
            number: batch.number(),
            id: batch.id(),
            subject,
            dropped: batch.dropped(),
            signal: batch.signal(),
        });
        body["hits"] = batch.hits().iter().map(sent_as).collect();
        assert_eq!(body, vector["body"], "{}", vector["about"]);
    }
}

#[wasm_bindgen_test]
fn the_choice_becomes_the_message() {
    for vector in vectors(include_str!("../crates/wire/tests/vectors/consent.json")) {
        let sent = consent_message(&text(&vector, "message"), &vector["body"]);
        assert_eq!(sent, vector["body"], "{}", vector["about"]);
    }
}

#[wasm_bindgen_test]
fn paths_become_templates() {
    let triples: Vec<[String; 3]> =
        serde_json::from_str(include_str!("../crates/wire/tests/vectors/redaction.json")).unwrap();
    for [_, path, template] in triples {
        assert_eq!(redact::page(&path), template, "{path}");
    }
}

/// Kept by this browser's own storage.
#[wasm_bindgen_test]
fn what_is_kept_is_read_again_and_removed() {
    let storage = Storage::open();
    assert_eq!(storage.get("askfirst.choice.0a1b2c"), None);
    assert!(storage.set("askfirst.choice.0a1b2c", "1.389557193.20261122"));
    assert_eq!(storage.get("askfirst.choice.0a1b2c").as_deref(), Some("1.389557193.20261122"));
    let all = web_sys::window().unwrap().local_storage().unwrap().unwrap();
    assert_eq!(all.length().unwrap(), 1, "nothing else is written");
    storage.remove("askfirst.choice.0a1b2c");
    assert_eq!(all.length().unwrap(), 0);
}

/// What the page calls before the start: nothing happens, and nothing throws.
#[wasm_bindgen_test]
fn before_the_start_nothing_happens() {
    askfirst::track("/\0early");
    askfirst::page(false, "", 0);
    askfirst::identify("somebody");
    askfirst::deny(true);
    askfirst::show(true);
    askfirst::wake();
    askfirst::leave(true);
    askfirst::answered(1, 202, 0.0);
    assert!(!askfirst::grant(2, "", true, false));
    assert!(askfirst::status().is_undefined() && askfirst::tag().is_undefined());
}
