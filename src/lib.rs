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

use askfirst_wire::{Level, limits};
use wasm_bindgen::prelude::*;

use app::running;
use browser::Browser;
use capture::view::Seen;
use config::Config;
use consent::Asked;
use consent::state::Action;
use pairs::Texts;

/// A small allocator: the default one is for programs that allocate more than a few hits at a time.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Starts with the options, in the order of [`config::Name`]; what is not given is empty. Zero where it runs now; else the
/// place, from 1, of the option that cannot be understood, and the snippet stays off.
#[wasm_bindgen]
pub fn start(browser: Browser, options: &str) -> u8 {
    match Config::read(Texts(options)) {
        Ok(config) => {
            app::start(browser, config);
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
        if for_good {
            app.store();
        }
    }
}

/// The site's own id of the person, a string of 1 to 128 bytes, under which later hits go at level `full`.
/// An empty one forgets the person in this page.
#[wasm_bindgen]
pub fn identify(subject: String) {
    if let Some(app) = running() {
        // What waits goes under who it was.
        app.seal(false);
        app.subject.set(Some(subject).filter(|text| !text.is_empty() && text.len() <= limits::SUBJECT));
    }
}

/// `{state, level, signal}`; undefined where the snippet is off.
#[wasm_bindgen]
pub fn status() -> JsValue {
    running().map(app::App::status).unwrap_or_default()
}

/// Grants a level in the visitor's name. `texts` are the level, `anonymous` or `full`, and where our banner asked, the language
/// and the words; `by_visitor` says that the browser vouches for a person's click. Whether it was granted.
#[wasm_bindgen]
pub fn grant(texts: &str, by_visitor: bool, banner: bool) -> bool {
    let mut texts = Texts(texts);
    let level = Level::from_name(texts.text()).unwrap_or(Level::None);
    let asked = Asked { lang: texts.text(), text: texts.text(), banner };
    running().is_some_and(|app| app.act(Action::Grant { level, by_visitor }, asked))
}

/// Refuses, or withdraws: the id is gone at once and the collector is asked to erase. With `everything` the visitor is not
/// even counted.
#[wasm_bindgen]
pub fn deny(everything: bool) {
    if let Some(app) = running() {
        app.act(if everything { Action::Object } else { Action::Deny }, Asked::default());
    }
}

/// Brings the banner up to date; with `wanted` it asks, where there is something to ask. Whether it asks now.
#[wasm_bindgen]
pub fn show(wanted: bool) -> bool {
    running().is_some_and(|app| app.show_banner(wanted))
}
