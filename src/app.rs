//! The running snippet: what it holds, how it starts, and its one timer.

use std::cell::{Cell, RefCell};

use askfirst_wire::{Choice, Level, names};
use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::banner::Shown;
use crate::browser::{Browser, now};
use crate::config::Config;
use crate::delivery::outbox::Outbox;
use crate::storage::Storage;

/// The state of the snippet, in the page's memory only. Cells are taken and set again, not borrowed: the page's listeners
/// may call in at any time.
pub(crate) struct App {
    pub(crate) browser: Browser,
    pub(crate) storage: Storage,
    pub(crate) config: Config,
    /// Ends the names of all that is kept on the device.
    pub(crate) tag: String,
    /// The hits of the open batch. They share one level and one id.
    pub(crate) pending: RefCell<Array>,
    pub(crate) level: Cell<Level>,
    /// A hash of their id; 0 for none.
    pub(crate) owner: Cell<u32>,
    /// The queue of undelivered messages.
    pub(crate) outbox: RefCell<Outbox<JsValue>>,
    /// How often this page sent its grant again because the collector did not know it.
    pub(crate) regrants: Cell<u8>,
    /// The path of the last page view; none before the first.
    pub(crate) page: Cell<Option<String>>,
    /// The site's own id of the person, at `full`.
    pub(crate) subject: Cell<Option<String>>,
    /// A rejection that the browser did not store. It applies to this page.
    pub(crate) unsaved_choice: Cell<Option<Choice>>,
    /// How many choices were made in this page.
    pub(crate) choices: Cell<u32>,
    pub(crate) shown: Cell<Shown>,
    /// When the timer that is set fires.
    pub(crate) wake: Cell<f64>,
}

thread_local! {
    static APP: Cell<Option<&'static App>> = const { Cell::new(None) };
}

/// The running snippet, if it runs.
#[inline(never)]
pub(crate) fn running() -> Option<&'static App> {
    APP.get()
}

/// Starts.
pub(crate) fn start(browser: Browser, config: Config) {
    // It lives as long as the page.
    let app: &'static App = Box::leak(Box::new(App {
        browser,
        storage: Storage::open(),
        tag: names::tag(&config.site),
        config,
        pending: RefCell::default(),
        level: Cell::new(Level::None),
        owner: Cell::default(),
        outbox: RefCell::default(),
        regrants: Cell::default(),
        page: Cell::default(),
        subject: Cell::default(),
        unsaved_choice: Cell::default(),
        choices: Cell::default(),
        shown: Cell::new(Shown::Hidden),
        wake: Cell::default(),
    }));
    APP.set(Some(app));
    app.erase_stray_id();
    app.restore_queue();
}

impl App {
    /// Sets the timer to `wait` milliseconds, unless it fires sooner anyway.
    #[inline(never)]
    pub(crate) fn wake_in(&self, wait: f64) {
        let (now, planned) = (now(), self.wake.get());
        if planned <= now || planned > now + wait {
            self.wake.set(now + wait);
            self.browser.wake_in(wait);
        }
    }
}
