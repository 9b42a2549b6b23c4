//! The running snippet: what it holds, how it starts, and its one timer.

use std::cell::{Cell, OnceCell};

use askfirst_wire::{Choice, Level};
use js_sys::{Array, Function};

use crate::banner::view::Banner;
use crate::browser::{now, window};
use crate::config::Config;
use crate::delivery::retry::Collector;

/// All that the snippet holds, in the page's memory only. Cells are taken and set again, never borrowed: the host page's
/// listeners may call in at any time.
pub(crate) struct App {
    pub(crate) config: Config,
    /// Hits that wait for company, as they will be sent: of one level, and one id where that has one.
    pub(crate) pending: Cell<Array>,
    pub(crate) level: Cell<Level>,
    pub(crate) owner: Cell<Option<String>>,
    /// Messages that wait for the collector, as their lines in the ledger.
    pub(crate) outbox: Array,
    /// How the collector has been doing.
    pub(crate) collector: Cell<Collector>,
    /// The ledger of this page load, oldest first.
    pub(crate) sent: Array,
    /// The path of the page that was counted last; none before the first.
    pub(crate) page: Cell<Option<String>>,
    /// The visit that hits under an id belong to, and when its last hit was.
    pub(crate) visit: Cell<Option<String>>,
    pub(crate) last_hit: Cell<f64>,
    /// The site's own id of the person, at `full`.
    pub(crate) subject: Cell<Option<String>>,
    /// A refusal that the browser would not keep: it holds for this page.
    pub(crate) said_here: Cell<Option<Choice>>,
    pub(crate) banner: OnceCell<Banner>,
    /// The entry files' function that calls back into this module: for clicks, for the timer, for answers.
    pub(crate) listener: Function,
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

/// Starts; a second start changes nothing. Whether this was the first.
pub(crate) fn start(config: Config, listener: &Function) -> bool {
    if running().is_some() {
        return false;
    }
    // It lives as long as the page.
    let app: &'static App = Box::leak(Box::new(App {
        config,
        pending: Cell::default(),
        level: Cell::new(Level::None),
        owner: Cell::default(),
        outbox: Array::new(),
        collector: Cell::default(),
        sent: Array::new(),
        page: Cell::default(),
        visit: Cell::default(),
        last_hit: Cell::default(),
        subject: Cell::default(),
        said_here: Cell::default(),
        banner: OnceCell::new(),
        listener: listener.clone(),
        wake: Cell::default(),
    }));
    APP.set(Some(app));
    app.sweep();
    app.page();
    app.show_banner(false);
    true
}

impl App {
    /// Wakes up in `wait` milliseconds, or sooner where that is planned already.
    #[inline(never)]
    pub(crate) fn wake_in(&self, wait: f64) {
        let (now, planned) = (now(), self.wake.get());
        if planned <= now || planned > now + wait {
            self.wake.set(now + wait);
            let _ =
                window().set_timeout_with_callback_and_timeout_and_arguments_0(&self.listener, wait as i32);
        }
    }
}
