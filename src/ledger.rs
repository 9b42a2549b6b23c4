//! What was sent, for the visitor to see: `askfirst.sent()`, and `askfirst:sent` on the document as it happens.
//!
//! An entry is `{path, level, body, answer}`; `answer` is the HTTP status, 0 where there was no answer at all, and absent
//! until that is known. Kept in the page's memory only.

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::browser::{emit, get, set};

/// Entries that are kept.
const KEPT: u32 = 100;

/// Notes what is on its way; once, also when it is tried again.
pub(crate) fn note(sent: &Array, entry: &JsValue) {
    if get(entry, "answer").is_undefined() {
        if sent.push(entry) > KEPT {
            sent.shift();
        }
        emit("askfirst:sent", entry);
    }
}

/// Notes the answer.
pub(crate) fn answered(entry: &JsValue, status: f64) {
    set(entry, "answer", &status.into());
}
