//! The few things that everything asks the browser for. Reads nothing about the visitor.
//!
//! Properties are read and set by name, through `Reflect`: each typed accessor of web-sys brings a function of glue along, a
//! name only itself. Methods are web-sys's.

use askfirst_wire::date::Day;
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Crypto, CustomEvent, Document, Window};

/// The page's window. The entry files start the snippet only where there is one.
pub(crate) fn window() -> Window {
    web_sys::window().unwrap_throw()
}

/// The page's document.
pub(crate) fn document() -> Document {
    get(&window(), "document").unchecked_into()
}

/// A property of the page's `location`.
pub(crate) fn location(name: &str) -> String {
    text(&get(&window(), "location"), name)
}

/// A property, `undefined` where it cannot be read.
#[inline(never)]
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A property that is a string, empty where it is none.
#[inline(never)]
pub(crate) fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// Whether a property is `true`.
#[inline(never)]
pub(crate) fn is_true(object: &JsValue, name: &str) -> bool {
    get(object, name) == JsValue::TRUE
}

/// Sets a property.
#[inline(never)]
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// Sets a property to a string.
#[inline(never)]
pub(crate) fn set_text(object: &JsValue, name: &str, value: &str) {
    set(object, name, &value.into());
}

/// A plain object.
#[inline(never)]
pub(crate) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
}

/// One text of several. (`concat` is generic, and larger.)
#[inline(never)]
pub(crate) fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// Milliseconds since 1970.
pub(crate) fn now() -> f64 {
    Date::now()
}

/// Today, UTC.
pub(crate) fn today() -> Day {
    Day::of_unix_time((now() / 1_000.0) as u32)
}

/// Random hex digits, at most 32, from the browser's own generator.
#[inline(never)]
pub(crate) fn random_hex(digits: usize) -> String {
    let mut random = [0; 32];
    let crypto: Crypto = get(&window(), "crypto").unchecked_into();
    let _ = crypto.get_random_values_with_u8_array(&mut random);
    let mut text = String::new();
    for byte in random.iter().take(digits) {
        let nibble = byte & 15;
        text.push(char::from(if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble }));
    }
    text
}

/// Dispatches `askfirst:<name>` on the document.
pub(crate) fn emit(name: &str, detail: &JsValue) {
    let init = object(&[("detail", detail)]);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, init.unchecked_ref()) {
        let _ = document().dispatch_event(&event);
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console)]
    fn warn(what: &str, detail: &str);
}

thread_local! {
    static WARNED: std::cell::Cell<u8> = const { std::cell::Cell::new(0) };
}

/// What the console may say, each once for each page.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Warning {
    Off,
    Refused,
    Unreachable,
    Grant,
    Storage,
    Event,
    Prop,
}

/// Says on the console what is wrong.
pub(crate) fn warn_once(warning: Warning, detail: &str) {
    let (bit, warned) = (1 << warning as u8, WARNED.get());
    if warned & bit == 0 {
        WARNED.set(warned | bit);
        warn(
            match warning {
                Warning::Off => "askfirst is off:",
                Warning::Refused => "askfirst: message refused; the answer says why:",
                Warning::Unreachable => "askfirst: no answer:",
                Warning::Grant => "askfirst: not granted: no visitor's click, or above the ceiling",
                Warning::Storage => "askfirst: not granted: the browser keeps no cookie or storage",
                Warning::Event => "askfirst: event dropped: no name of 1 to 64 bytes",
                Warning::Prop => {
                    "askfirst: property dropped: not one of 10 strings, numbers, booleans of 128 bytes:"
                }
            },
            detail,
        );
    }
}
