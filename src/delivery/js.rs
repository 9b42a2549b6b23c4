//! A message as the JavaScript object that is sent and shown: the one place where data leaves Rust.

use askfirst_wire::tree::Tree;
use js_sys::{Array, Object};
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

/// A property that is a string, of an object made here; else nothing.
pub(crate) fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_default()
}

/// The object. Values go through `to_value`; objects and arrays are put together here, because its serializer of maps would
/// bring both of JavaScript's kinds of map along.
#[must_use]
pub fn from_tree(tree: &Tree<'_>) -> JsValue {
    match tree {
        Tree::Text(text) => to_value(text).unwrap_or_default(),
        Tree::Number(number) => to_value(number).unwrap_or_default(),
        Tree::Flag(flag) => to_value(flag).unwrap_or_default(),
        Tree::List(items) => items.iter().map(from_tree).collect::<Array>().into(),
        Tree::Fields(fields) => {
            let object = Object::new().into();
            for (name, value) in fields.all() {
                set(&object, name, &from_tree(value));
            }
            object
        }
    }
}
