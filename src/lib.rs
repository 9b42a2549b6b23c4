//! askfirst's snippet: what JavaScript sees, and nothing else. The entry files in `www/` wrap these functions so that
//! nothing thrown here reaches the host page.
//!
//! Pure modules, tested natively: [`config`], [`consent::state`], [`capture::view`], [`delivery::retry`], [`pairs`],
//! [`banner::texts`]. The others are the thin shell around the browser.

mod app;
pub mod banner;
mod browser;
pub mod capture;
pub mod config;
pub mod consent;
pub mod delivery;
mod identity;
mod ledger;
pub mod pairs;

use askfirst_wire::{Level, limits};
use js_sys::{Function, Object};
use wasm_bindgen::prelude::*;

use app::running;
use browser::{Warning, get, is_true, warn_once, window};
use capture::plain;
use config::{Config, Source};
use consent::state::Action;

/// A small allocator: the default one is for programs that allocate more than a few hits at a time.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Starts with options: the `dataset` of the script tag (`tag` is true) or the object passed to `init`. With options that
/// cannot be understood the snippet stays off, and the console says which one. Whether it started.
///
/// `listener` is called with a click in the banner, with a message and its answer, or, by the timer, with nothing; it calls
/// [`clicked`], [`answered`] or [`wake`].
#[wasm_bindgen]
pub fn start(options: &Object, tag: bool, listener: &Function) -> bool {
    let source = if tag { Source::Tag } else { Source::Init };
    let mut config = Config::default();
    let mut taken = Ok(());
    for name in Object::keys(options).iter().filter_map(|name| name.as_string()) {
        let value = get(options, &name);
        if !value.is_undefined() && taken.is_ok() {
            let text = value.as_string().or_else(|| plain(&value).filter(|_| name == "policyNumber"));
            taken = config.option(&name, text.as_deref(), source);
        }
    }
    match taken.and_then(|()| config.complete(source)) {
        Ok(()) => app::start(config, listener),
        Err(problem) => {
            warn_once(Warning::Off, &problem);
            false
        }
    }
}

/// Counts an event: `name` of 1 to 64 bytes, `props` an object of at most ten strings, numbers or booleans.
#[wasm_bindgen]
pub fn track(name: &JsValue, props: &Object) {
    if let Some(app) = running() {
        app.track(name, props);
    }
}

/// Counts the page that is shown now, for sites whose pages change without a change of path.
#[wasm_bindgen]
pub fn page() {
    if let Some(app) = running() {
        app.page();
    }
}

/// The timer's time has come.
#[wasm_bindgen]
pub fn wake() {
    if let Some(app) = running() {
        app.wake.set(0.0);
        app.flush(false);
    }
}

/// A message was answered, or could not be delivered.
#[wasm_bindgen]
pub fn answered(message: &JsValue, answer: &JsValue) {
    if let Some(app) = running() {
        app.answered(message, answer);
    }
}

/// Somebody, or something, clicked in the banner.
#[wasm_bindgen]
pub fn clicked(event: &JsValue) {
    if let Some(app) = running() {
        app.clicked(event);
    }
}

/// The page is being hidden or left: everything that waits is sent.
#[wasm_bindgen]
pub fn leave() {
    if let Some(app) = running() {
        app.flush(true);
    }
}

/// Something about the address changed: a page view, if the path did.
#[wasm_bindgen]
pub fn moved() {
    if let Some(app) = running() {
        app.moved();
    }
}

/// The site's own id of the person, a string of 1 to 128 bytes, under which later hits go at level `full`.
/// Without an argument the person is forgotten in this page.
#[wasm_bindgen]
pub fn identify(subject: &JsValue) {
    if let Some(app) = running() {
        // What waits goes under who it was.
        app.seal();
        app.subject
            .replace(subject.as_string().filter(|text| !text.is_empty() && text.len() <= limits::SUBJECT));
    }
}

/// The ledger: what this page load sent, oldest first, as `{path, level, body, answer}`.
#[wasm_bindgen]
pub fn sent() -> JsValue {
    running().map(|app| app.sent.clone().into()).unwrap_or_default()
}

/// `{state, level, signal}`; undefined where the snippet is off.
#[wasm_bindgen]
pub fn status() -> JsValue {
    running().map(app::App::status).unwrap_or_default()
}

/// Grants a level in the visitor's name: for sites with a banner of their own, from within the visitor's click. Whether it
/// was granted.
#[wasm_bindgen]
pub fn grant(level: &JsValue) -> bool {
    let activation = get(&get(&window(), "navigator"), "userActivation");
    // Where the browser does not say whether somebody just acted, the site's word stands.
    let by_visitor = activation.is_undefined() || is_true(&activation, "isActive");
    let level = level.as_string().and_then(|name| Level::from_name(&name)).unwrap_or(Level::Anonymous);
    running().is_some_and(|app| app.act(Action::Grant { level, by_visitor }, false))
}

/// Refuses, or withdraws: the id is gone at once and the collector is asked to erase. With `everything` the visitor is not
/// even counted.
#[wasm_bindgen]
pub fn deny(everything: bool) {
    if let Some(app) = running() {
        app.act(if everything { Action::Object } else { Action::Deny }, false);
    }
}

/// Shows the banner, to ask or to change one's mind.
#[wasm_bindgen]
pub fn show() {
    if let Some(app) = running() {
        app.show_banner(true);
    }
}

/// The page is seen again.
#[wasm_bindgen]
pub fn back() {
    if let Some(app) = running() {
        app.refresh_banner();
    }
}
