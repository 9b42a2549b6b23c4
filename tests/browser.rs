//! In a browser: the crate's exports as JavaScript calls them, and the messages as they leave Rust.
//! `npm test -- --only wasm` runs it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a vector that cannot be read is a failed test")]

mod messages;

use askfirst::delivery::js::from_tree;
use askfirst_wire::consent::{Action, Denial, Forget, Grant};
use askfirst_wire::tree::Lay;
use askfirst_wire::{Level, redact};
use js_sys::{Array, Function, JSON, Object, Reflect};
use messages::{batch, text, vectors};
use serde_json::Value;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// JSON of a JavaScript value; null for what has none.
fn json(value: &JsValue) -> Value {
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string());
    text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap())
}

/// A message as the snippet hands it to `fetch`.
fn sent_as(message: &dyn Lay) -> Value {
    json(&from_tree(&message.tree()))
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object
}

fn consent_message(message: &str, body: &Value) -> Value {
    let (v, site) = (askfirst_wire::VERSION, text(body, "site"));
    if message == "forget" {
        return sent_as(&Forget { v, site, id: text(body, "id") });
    }
    let level = Level::from_name(&text(body, "level")).unwrap();
    let policy = u32::try_from(body["policy"].as_u64().unwrap()).unwrap();
    if text(body, "action") == "deny" {
        return sent_as(&Denial { v, site, action: Action::Deny, level, policy });
    }
    let (lang, id, banner) = (text(body, "lang"), text(body, "id"), body["banner"].as_bool().unwrap());
    sent_as(&Grant { v, site, action: Action::Grant, level, policy, lang, banner, id })
}

#[wasm_bindgen_test]
fn what_the_browser_shows_becomes_the_message() {
    for vector in vectors(include_str!("../wire/tests/vectors/collect.json")) {
        assert_eq!(sent_as(&batch(&vector["made_from"])), vector["body"], "{}", vector["about"]);
    }
}

#[wasm_bindgen_test]
fn the_choice_becomes_the_message() {
    for vector in vectors(include_str!("../wire/tests/vectors/consent.json")) {
        let sent = consent_message(&text(&vector, "message"), &vector["body"]);
        assert_eq!(sent, vector["body"], "{}", vector["about"]);
    }
}

#[wasm_bindgen_test]
fn paths_become_templates() {
    let pairs: Vec<(String, String)> =
        serde_json::from_str(include_str!("../wire/tests/vectors/redaction.json")).unwrap();
    for (path, template) in pairs {
        assert_eq!(redact::page(&path), template, "{path}");
    }
}

/// One page, one story: there is one snippet in it.
#[wasm_bindgen_test]
fn a_page_load() {
    // The entry files pass on what happens; this test calls what they would.
    let listener: Function = Closure::<dyn FnMut()>::new(|| {}).into_js_value().unchecked_into();
    // Before the start, and with options that cannot be understood, nothing happens and nothing throws.
    askfirst::track(&"early".into(), &Object::new());
    askfirst::page();
    askfirst::moved();
    askfirst::identify(&"somebody".into());
    askfirst::deny(true);
    askfirst::show();
    askfirst::wake();
    askfirst::leave();
    askfirst::answered(&JsValue::UNDEFINED, &JsValue::NULL);
    askfirst::clicked(&JsValue::UNDEFINED);
    assert!(!askfirst::grant(&"anonymous".into()));
    assert!(askfirst::status().is_undefined() && askfirst::sent().is_undefined());
    askfirst::start(&object(&[("site", "shop.example".into()), ("endpiont", "x".into())]), false, &listener);
    askfirst::start(&object(&[("site", JsValue::from(7))]), false, &listener);
    assert!(askfirst::status().is_undefined(), "off");

    // The server of this test refuses messages: they count as sent all the same.
    let window = web_sys::window().unwrap();
    let origin = Reflect::get(&window.location(), &"origin".into()).unwrap();
    let options = object(&[("site", "shop.example".into()), ("endpoint", origin), ("level", "full".into())]);
    assert!(askfirst::start(&options, false, &listener));
    assert!(!askfirst::start(&options, false, &listener), "once");
    let status =
        |state: &str, level: &str| serde_json::json!({"state": state, "level": level, "signal": false});
    assert_eq!(json(&askfirst::status()), status("pending", "aggregated"));

    // The first view goes at once; it holds what the browser shows.
    let sent = json(&askfirst::sent());
    let first = &sent[0]["body"];
    assert_eq!((&sent[0]["path"], &first["level"]), (&"/collect".into(), &"aggregated".into()));
    assert_eq!(first["hits"][0]["view"]["page"], "/");
    assert!(first["hits"][0]["view"]["viewport"].is_string());
    assert_eq!(first["batch"].as_str().unwrap().len(), 16);

    // Without a visitor's click nobody climbs.
    assert!(!askfirst::grant(&"anonymous".into()));
    assert_eq!(json(&askfirst::status()), status("pending", "aggregated"));

    // Ten events make a batch; numbers and booleans are given as text, what has no text is dropped.
    let props = object(&[
        ("plan", "pro".into()),
        ("seats", JsValue::from(3)),
        ("ratio", JsValue::from(0.5)),
        ("trial", JsValue::TRUE),
        ("nested", Object::new().into()),
        ("none", JsValue::NULL),
    ]);
    for _ in 0..10 {
        askfirst::track(&"signup".into(), &props);
    }
    askfirst::track(&JsValue::from(7), &props);
    askfirst::track(&"".into(), &props);
    let sent = json(&askfirst::sent());
    let hits = sent[1]["body"]["hits"].as_array().unwrap();
    assert_eq!(hits.len(), 10);
    let expected = serde_json::json!({"plan": "pro", "seats": "3", "ratio": "0.5", "trial": "true"});
    assert_eq!(hits[0]["event"]["props"], expected);
    assert_ne!(sent[1]["body"]["batch"], first["batch"]);

    // A no is a count; an objection says nothing and ends everything.
    askfirst::deny(false);
    assert_eq!(json(&askfirst::status()), status("denied", "aggregated"));
    let sent = json(&askfirst::sent());
    let last = Array::from(&askfirst::sent()).length() as usize - 1;
    assert_eq!((&sent[last]["path"], &sent[last]["body"]["action"]), (&"/consent".into(), &"deny".into()));
    askfirst::deny(true);
    assert_eq!(json(&askfirst::status()), status("denied", "none"));
    askfirst::track(&"signup".into(), &Object::new());
    askfirst::page();
    assert_eq!(json(&askfirst::sent()).as_array().unwrap().len(), last + 1, "nothing more is sent");

    // What is handed out is a copy: a page cannot rewrite what was sent.
    Array::from(&askfirst::sent()).set_length(0);
    assert_eq!(json(&askfirst::sent()).as_array().unwrap().len(), last + 1);
}
