//! The running snippet: what it holds, how it starts, and its one timer.

use std::cell::{Cell, RefCell};

use askfirst_wire::{Choice, Level};
use js_sys::Array;
use wasm_bindgen::JsValue;

use crate::AGREED;
use crate::banner::Shown;
use crate::browser::{Browser, now};
use crate::config::Config;
use crate::delivery::outbox::Outbox;

/// All that the snippet holds, in the page's memory only. Cells are taken and set again, never borrowed: the host page's
/// listeners may call in at any time.
pub(crate) struct App {
    pub(crate) browser: Browser,
    pub(crate) config: Config,
    /// Hits that wait for company, as they will be sent: of one level, and one id where that has one.
    pub(crate) pending: RefCell<Array>,
    pub(crate) level: Cell<Level>,
    pub(crate) owner: Cell<Option<String>>,
    /// Messages that wait for the collector, or for its answer.
    pub(crate) outbox: RefCell<Outbox<JsValue>>,
    /// The path of the page that was counted last; none before the first.
    pub(crate) page: Cell<Option<String>>,
    /// The visit that hits under an id belong to, and when its last hit was.
    pub(crate) visit: Cell<Option<String>>,
    pub(crate) last_hit: Cell<f64>,
    /// The site's own id of the person, at `full`.
    pub(crate) subject: Cell<Option<String>>,
    /// A refusal that the browser would not keep: it holds for this page.
    pub(crate) said_here: Cell<Option<Choice>>,
    /// How many choices were made in this page.
    pub(crate) choices: Cell<u32>,
    pub(crate) shown: Cell<Shown>,
    /// When the timer that is set fires.
    pub(crate) wake: Cell<f64>,
}

thread_local! {
    static APP: Cell<Option<&'static App>> = const { Cell::new(None) };
}

/// The running snippet, where it runs.
#[inline(never)]
pub(crate) fn running() -> Option<&'static App> {
    APP.get()
}

/// Starts; `page` is the path that was counted last, by the other build.
pub(crate) fn start(browser: Browser, config: Config, page: &str) {
    // It lives as long as the page.
    let app: &'static App = Box::leak(Box::new(App {
        browser,
        config,
        pending: RefCell::default(),
        level: Cell::new(Level::None),
        owner: Cell::default(),
        outbox: RefCell::default(),
        page: Cell::new((AGREED && !page.is_empty()).then(|| page.into())),
        visit: Cell::default(),
        last_hit: Cell::default(),
        subject: Cell::default(),
        said_here: Cell::default(),
        choices: Cell::default(),
        shown: Cell::new(Shown::Hidden),
        wake: Cell::default(),
    }));
    APP.set(Some(app));
    app.sweep();
    if AGREED {
        app.restore();
    }
}

impl App {
    /// Wakes up in `wait` milliseconds, or sooner where that is planned already.
    #[inline(never)]
    pub(crate) fn wake_in(&self, wait: f64) {
        let (now, planned) = (now(), self.wake.get());
        if planned <= now || planned > now + wait {
            self.wake.set(now + wait);
            self.browser.wake_in(wait);
        }
    }
}
