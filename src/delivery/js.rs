//! A message as the JavaScript object that is sent and shown: the one place where data leaves Rust.

use askfirst_wire::fields::{FieldWriter, WriteFields};
use js_sys::Object;
use serde::Serialize;
use serde_wasm_bindgen::to_value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// `Reflect.set`, on objects made here: nothing to catch.
    #[wasm_bindgen(js_namespace = Reflect)]
    pub(crate) fn set(object: &JsValue, name: &str, value: &JsValue) -> bool;

    #[wasm_bindgen(js_namespace = Reflect)]
    fn get(object: &JsValue, name: &str) -> JsValue;
}

/// A property that is a string, of an object; else nothing.
pub(crate) fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// The object. Values go through serde-wasm-bindgen; objects are put together here. Its serializer of maps, with
/// `Serializer::json_compatible`, makes askfirst.js 880 bytes larger (brotli, measured 2026-12), and reading an object by its
/// `from_value` 16,390.
#[must_use]
pub fn object<L: WriteFields>(message: &L) -> JsValue {
    let mut object = Js(Object::new().into());
    message.write_fields(&mut object);
    object.0
}

struct Js(JsValue);

impl Js {
    fn put<T: Serialize + ?Sized>(&self, name: &str, value: &T) {
        set(&self.0, name, &to_value(value).unwrap_or_default());
    }
}

impl FieldWriter for Js {
    #[inline(never)]
    fn text(&mut self, name: &str, value: &str) {
        self.put(name, value);
    }
    #[inline(never)]
    fn number(&mut self, name: &str, value: u32) {
        self.put(name, &value);
    }
    #[inline(never)]
    fn flag(&mut self, name: &str, value: bool) {
        self.put(name, &value);
    }
    fn nested<L: WriteFields>(&mut self, name: &str, value: &L) {
        set(&self.0, name, &object(value));
    }
}
