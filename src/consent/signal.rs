//! Global Privacy Control and Do Not Track: either saying no is a no. Read afresh each time, because extensions set the
//! property late.

use wasm_bindgen::JsValue;

use crate::browser::{get, window};

/// Whether the browser says no.
pub(crate) fn says_no() -> bool {
    let navigator = get(&window(), "navigator");
    get(&navigator, "globalPrivacyControl") == JsValue::TRUE
        || get(&navigator, "doNotTrack").as_string().as_deref() == Some("1")
}
