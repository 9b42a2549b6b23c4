//! The few things that everything asks the browser for. Reads nothing about the visitor.

use askfirst_wire::date::Day;
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Document, Window};

/// The page's window. The entry files start the snippet only where there is one.
pub(crate) fn window() -> Window {
    web_sys::window().unwrap_throw()
}

/// The page's document.
pub(crate) fn document() -> Document {
    window().document().unwrap_throw()
}

/// A property, `undefined` where it cannot be read.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A property that is a string, empty where it is none.
pub(crate) fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// Sets a property.
pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// A plain object.
pub(crate) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
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
pub(crate) fn random_hex(digits: usize) -> String {
    let mut random = [0; 32];
    let crypto = window().crypto().unwrap_throw();
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
    let init = CustomEventInit::new();
    init.set_detail(detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(name, &init) {
        let _ = document().dispatch_event(&event);
    }
}

#[wasm_bindgen]
extern "C" {
    /// JavaScript's own text of a number or a boolean.
    #[wasm_bindgen(js_name = String)]
    pub(crate) fn text_of(value: &JsValue) -> String;

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
                Warning::Refused => "askfirst: the collector refused a message; its answer says why:",
                Warning::Unreachable => "askfirst: the collector cannot be reached:",
                Warning::Grant => {
                    "askfirst: not granted: it takes a visitor's click, and a level up to the ceiling"
                }
                Warning::Storage => "askfirst: not granted: the browser keeps neither choice nor cookie",
                Warning::Event => "askfirst: event dropped: its name must be a string of 1 to 64 bytes",
                Warning::Prop => {
                    "askfirst: property dropped: at most 10 strings, numbers or booleans of 128 bytes:"
                }
            },
            detail,
        );
    }
}
