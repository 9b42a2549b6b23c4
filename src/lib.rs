//! askfirst's snippet: what JavaScript sees, and nothing else. The entry files in `www/` wrap these functions so that
//! nothing thrown here reaches the host page.
//!
//! Everything that is decided is decided here: what the options mean, the visitor's level, what becomes a hit and what of an
//! address may leave, what waits, what is sent and tried again, what the banner shows. The entry files read the browser and
//! do as they are told ([`browser::Browser`]).
//!
//! Pure modules, tested natively: [`config`], [`consent::state`], [`capture::view`], [`delivery::outbox`],
//! [`delivery::retry`], [`pairs`], [`banner`]'s `shown`.
//!
//! `texts` are several in one, with U+0000 between them ([`pairs::Texts`]).

#[cfg(feature = "agreed")]
mod agreed;
mod app;
pub mod banner;
pub mod browser;
pub mod capture;
pub mod config;
pub mod consent;
mod cookies;
pub mod delivery;
mod identity;
pub mod pairs;

use wasm_bindgen::prelude::*;

#[cfg(feature = "agreed")]
pub use agreed::{grant, identify};

use app::running;
use browser::Browser;
use capture::view::Seen;
use config::Config;
use pairs::Texts;

/// Whether this build can do what only a yes allows. Without it there is no code in the page that makes an id, keeps one, or
/// puts one into a message: what asks is all that a visitor loads who has not agreed. The entry loads the other build when
/// somebody does (`www/api.ts`).
pub(crate) const AGREED: bool = cfg!(feature = "agreed");

/// A small allocator: the default one is for programs that allocate more than a few hits at a time.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Starts with the options, in the order of [`config::OptionName`]; what is not given is empty. Behind them stands the path of the page
/// that was counted last, where the other build ran before this one. Zero where it runs now; else the place, from 1, of the option
/// that cannot be understood, and the snippet stays off.
#[wasm_bindgen]
pub fn start(browser: Browser, options: &str) -> u8 {
    let mut texts = Texts(options);
    match Config::read(&mut texts) {
        Ok(config) => {
            app::start(browser, config, texts.text());
            0
        }
        Err(name) => name as u8 + 1,
    }
}

/// A page is shown: `texts` are the host, path and query of its address, the document's referrer, and how the page load came
/// to be; `width` is how many of the width classes' limits the window reaches. With `moved`, only the address may have changed,
/// and it counts if its path did.
#[wasm_bindgen]
pub fn page(moved: bool, texts: &str, width: u8) {
    if let Some(app) = running() {
        let mut texts = Texts(texts);
        let (host, path, search, referrer, navigation) =
            (texts.text(), texts.text(), texts.text(), texts.text(), texts.text());
        app.page(moved, Seen { host, path, search, referrer, navigation, first: false, width });
    }
}

/// Counts an event: `texts` are the page's path, the event's name of 1 to 64 bytes, and at most ten properties, names and
/// values in turn.
#[wasm_bindgen]
pub fn track(texts: &str) {
    if let Some(app) = running() {
        app.track(Texts(texts));
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

/// The message of that number was answered with an HTTP status, or could not be delivered (0). `pause` are the seconds for
/// which the collector asks to be left in peace (`Retry-After`), or 0.
#[wasm_bindgen]
pub fn answered(number: u32, status: u16, pause: f64) {
    if let Some(app) = running() {
        app.answered(number, status, pause);
    }
}

/// The page is being hidden, or, with `for_good`, left: everything that waits is sent.
#[wasm_bindgen]
pub fn leave(for_good: bool) {
    if let Some(app) = running() {
        app.flush(true);
        if AGREED && for_good {
            app.store();
        }
    }
}

/// `{state, level, signal}`; undefined where the snippet is off.
#[wasm_bindgen]
pub fn status() -> JsValue {
    running().map(app::App::status).unwrap_or_default()
}

/// Refuses, or withdraws: the id is gone at once and the collector is asked to erase. With `everything` the visitor is not
/// even counted.
#[wasm_bindgen]
pub fn deny(everything: bool) {
    if let Some(app) = running() {
        app.deny(everything);
    }
}

/// Brings the banner up to date; with `wanted` it asks, where there is something to ask. Whether it asks now.
#[wasm_bindgen]
pub fn show(wanted: bool) -> bool {
    running().is_some_and(|app| app.show_banner(wanted))
}
