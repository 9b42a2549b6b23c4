//! askfirst's snippet: what JavaScript sees, and nothing else. The entry files in `www/` wrap these functions so that
//! nothing thrown here reaches the host page.
//!
//! Everything that is decided is decided here: what the options mean, the visitor's level, what becomes a hit and what of an
//! address may leave, what waits, what is sent and tried again, what the banner shows. The entry files read the browser and
//! do as they are told ([`browser::Browser`]).
//!
//! Pure modules, tested natively: [`config`], [`consent::state`], [`capture::view`], [`delivery::outbox`],
//! [`delivery::retry`], [`delivery::grant`], [`texts`], [`banner`]'s `shown`.
//!
//! `texts` are several in one, with U+0000 between them ([`texts::Texts`]).

mod app;
pub mod banner;
pub mod browser;
pub mod capture;
pub mod config;
pub mod consent;
mod cookies;
pub mod delivery;
mod identity;
pub mod storage;
pub mod texts;

use askfirst_wire::{Level, limits};
use wasm_bindgen::prelude::*;

use app::running;
use browser::Browser;
use capture::view::Seen;
use config::{Config, Switches};
use consent::Prompt;
use texts::Texts;

/// A small allocator: the default one is for programs that allocate more than a few hits at a time.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Starts with the options ([`config::Config::read`]). Zero if it runs now; else the place, from 1, of the option that cannot be
/// understood, and the snippet stays off.
#[wasm_bindgen]
pub fn start(
    browser: Browser,
    options: &str,
    level: u8,
    before: u8,
    banner: u8,
    children: bool,
    shares_choice: bool,
) -> u8 {
    let switches = Switches { level, before, banner, children, shares_choice };
    match Config::read(&mut Texts(options), switches) {
        Ok(config) => {
            app::start(browser, config);
            0
        }
        Err(name) => name as u8 + 1,
    }
}

/// A page is shown: `texts` are the host and path of its address, the document's referrer, how the page load came to be, and
/// source, medium and campaign of the address; path and campaign are decoded. `width` is how many of the width classes' limits the
/// window reaches. With `moved`, only the address may have changed, and it counts if its path did.
#[wasm_bindgen]
pub fn page(moved: bool, texts: &str, width: u8) {
    if let Some(app) = running() {
        let mut texts = Texts(texts);
        let (host, path, referrer, navigation) = (texts.text(), texts.text(), texts.text(), texts.text());
        let campaign = [texts.text(), texts.text(), texts.text()];
        app.page(moved, Seen { host, path, referrer, navigation, campaign, first: false, width });
    }
}

/// Counts an event: `texts` are the page's path, decoded, the event's name of 1 to 64 characters, and at most ten properties, names
/// and values in turn.
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
            app.store_queue();
        }
    }
}

/// `{state, level, signal, recorded}`; undefined if the snippet is off.
#[wasm_bindgen]
pub fn status() -> JsValue {
    running().map(app::App::status).unwrap_or_default()
}

/// Grants a level in the visitor's name, by the level's digit. `texts` are the path of the page (empty if it is not counted), the
/// language, and the question's text if our banner asked. `by_visitor` says that the browser vouches for a person's click. Whether it
/// was granted.
#[wasm_bindgen]
pub fn grant(level: u8, texts: &str, by_visitor: bool, banner: bool) -> bool {
    let mut texts = Texts(texts);
    let level = Level::from_digit(level).unwrap_or(Level::None);
    let prompt = Prompt { page: texts.text(), lang: texts.text(), text: texts.text(), banner };
    running().is_some_and(|app| app.grant(level, by_visitor, prompt))
}

/// Rejects, or withdraws: the id is gone at once and the collector is asked to erase. With `everything` the visitor is not
/// even counted.
#[wasm_bindgen]
pub fn deny(everything: bool) {
    if let Some(app) = running() {
        app.deny(everything);
    }
}

/// The site's own id of the person, a string of 1 to 128 characters, under which later hits go at level `full`.
/// An empty one forgets the person in this page.
#[wasm_bindgen]
pub fn identify(subject: &str) {
    if let Some(app) = running() {
        // What waits goes under who it was.
        app.close_batch(false);
        let fits = !subject.is_empty() && limits::scalars(subject) <= limits::SUBJECT;
        app.subject.set(fits.then(|| subject.into()));
    }
}

/// Brings the banner up to date; with `wanted` it asks, if there is something to ask. Whether it asks now.
#[wasm_bindgen]
pub fn show(wanted: bool) -> bool {
    running().is_some_and(|app| app.show_banner(wanted))
}

/// The site's tag, which ends the names of all that is kept on the device; undefined if the snippet is off.
#[wasm_bindgen]
pub fn tag() -> JsValue {
    running().map(|app| JsValue::from_str(&app.tag)).unwrap_or_default()
}
