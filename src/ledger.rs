//! What was sent, for the visitor to see: `askfirst.sent()`, and `askfirst:sent` on the document as it happens.

use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::browser::{emit, get, set};

/// Entries that are kept, in the page's memory only.
const KEPT: u32 = 100;

/// The ledger of this page load, oldest first. An entry is `{path, level, body, answer}`; `answer` is the HTTP status, or
/// `"failed"`, and absent until there is one.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Array);

impl Ledger {
    /// Notes what is on its way; once, also when it is tried again.
    pub(crate) fn note(&self, entry: &JsValue) {
        if get(entry, "answer").is_undefined() {
            if self.0.length() >= KEPT {
                self.0.shift();
            }
            self.0.push(entry);
            emit("askfirst:sent", entry);
        }
    }

    /// Notes the answer.
    pub(crate) fn answered(entry: &JsValue, status: &JsValue) {
        set(entry, "answer", &if status.is_undefined() { "failed".into() } else { status.clone() });
    }

    /// A copy of the list.
    pub(crate) fn list(&self) -> JsValue {
        self.0.slice(0, KEPT).into()
    }
}
