//! What the module asks of the browser. The entry files implement it (`www/browser.ts`), each in a line or two: an accessor of
//! `web_sys` costs each visitor a function of glue and the code around it. Nothing in it decides anything, and nothing in it
//! throws.

use askfirst_wire::retry::Clocks;
use js_sys::Date;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The browser, as the module sees it.
    #[derive(Debug)]
    pub type Browser;

    /// The value of a cookie; undefined if there is none or cookies are denied.
    #[wasm_bindgen(method)]
    pub(crate) fn cookie(this: &Browser, name: &str) -> JsValue;

    /// Sets a cookie for so many seconds, 0 to delete it, with `Path=/; SameSite=Lax`, `Secure` if the page is, and the site's cookie domain.
    #[wasm_bindgen(method, js_name = setCookie)]
    pub(crate) fn set_cookie(this: &Browser, name: &str, value: &str, seconds: u32);

    /// Whether Global Privacy Control or Do Not Track says no. Read afresh each time: extensions set the property late.
    #[wasm_bindgen(method, js_name = saysNo)]
    pub(crate) fn says_no(this: &Browser) -> bool;

    /// Today, UTC, as `yyyymmdd`.
    #[wasm_bindgen(method)]
    pub(crate) fn today(this: &Browser) -> u32;

    #[wasm_bindgen(method, js_name = random)]
    fn random_text(this: &Browser, digits: u32) -> JsValue;

    /// Calls `wake` in that many milliseconds.
    #[wasm_bindgen(method, js_name = wakeIn)]
    pub(crate) fn wake_in(this: &Browser, wait: f64);

    /// A new id, from the browser's own generator; or what stands for it if the collector keeps the id.
    #[wasm_bindgen(method, js_name = newId)]
    pub(crate) fn new_id(this: &Browser) -> JsValue;

    /// Sends a message, notes it in the ledger, and calls `answered` with its number and the HTTP status, 0 for none. `current`: it
    /// reports the most recent choice, so that the collector may set the choice's cookie.
    #[wasm_bindgen(method)]
    pub(crate) fn send(this: &Browser, number: u32, path: &str, level: &str, body: &JsValue, current: bool);

    /// Milliseconds since the page was loaded, by a clock that is never set back.
    #[wasm_bindgen(method)]
    pub(crate) fn monotonic(this: &Browser) -> f64;

    /// A value as JSON.
    #[wasm_bindgen(method)]
    pub(crate) fn json(this: &Browser, value: &JsValue) -> JsValue;

    /// The value of a JSON text; undefined if it is none.
    #[wasm_bindgen(method)]
    pub(crate) fn parse(this: &Browser, json: &str) -> JsValue;

    /// Whether the browser knows that nothing can be reached.
    #[wasm_bindgen(method)]
    pub(crate) fn offline(this: &Browser) -> bool;

    /// What the site leaves of a hit, in place; `false` drops it.
    #[wasm_bindgen(method)]
    pub(crate) fn reduce(this: &Browser, hit: &JsValue) -> bool;

    /// Dispatches `askfirst:consent`.
    #[wasm_bindgen(method)]
    pub(crate) fn changed(this: &Browser, status: &JsValue);

    /// Draws that much of the banner, and says what the level is now.
    #[wasm_bindgen(method)]
    pub(crate) fn draw(this: &Browser, shown: &str, level: &str);

    /// Says on the console what is wrong, each `what` once.
    #[wasm_bindgen(method)]
    pub(crate) fn warn(this: &Browser, what: &str, detail: &str);
}

impl Browser {
    /// So many random hex digits, from the browser's own generator.
    #[inline(never)]
    pub(crate) fn random(&self, digits: usize) -> String {
        self.random_text(digits as u32).as_string().unwrap_or_default()
    }

    /// Now, by both clocks.
    pub(crate) fn clocks(&self) -> Clocks {
        Clocks { wall: now(), monotonic: self.monotonic() }
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> f64 {
    Date::now()
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
