//! The running snippet: what it holds, how it starts, and the one listener through which the browser calls it.

use std::cell::{Cell, OnceCell};

use askfirst_wire::Choice;
use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use crate::banner::view::Banner;
use crate::browser::{document, is_true, now, text, window};
use crate::capture::Visit;
use crate::config::Config;
use crate::delivery::outbox::Outbox;
use crate::delivery::pending::Pending;

/// All that the snippet holds, in the page's memory only. Cells are taken and set again, never borrowed: the host page's
/// listeners may call in at any time.
pub(crate) struct App {
    pub(crate) config: Config,
    /// Hits that wait for company, as they will be sent.
    pub(crate) pending: Cell<Pending<JsValue>>,
    /// Messages that wait for the collector, as their lines in the ledger.
    pub(crate) outbox: Cell<Outbox<JsValue>>,
    /// The ledger of this page load, oldest first.
    pub(crate) sent: Array,
    /// The path of the page that was counted last; none before the first.
    pub(crate) page: Cell<Option<String>>,
    pub(crate) visit: Cell<Visit>,
    /// The site's own id of the person, at `full`.
    pub(crate) subject: Cell<Option<String>>,
    /// A refusal that the browser would not keep: it holds for this page.
    pub(crate) said_here: Cell<Option<Choice>>,
    pub(crate) banner: OnceCell<Banner>,
    /// `heard`, as a function of JavaScript.
    pub(crate) listener: Function,
    /// When the timer that is set fires.
    wake: Cell<f64>,
}

thread_local! {
    static APP: Cell<Option<&'static App>> = const { Cell::new(None) };
}

/// The running snippet, where it runs.
pub(crate) fn running() -> Option<&'static App> {
    APP.get()
}

/// Starts; a second start changes nothing.
pub(crate) fn start(config: Config) {
    if running().is_some() {
        return;
    }
    // It lives as long as the page.
    let app: &'static App = Box::leak(Box::new(App {
        config,
        pending: Cell::default(),
        outbox: Cell::default(),
        sent: Array::new(),
        page: Cell::default(),
        visit: Cell::default(),
        subject: Cell::default(),
        said_here: Cell::default(),
        banner: OnceCell::new(),
        listener: Closure::<dyn FnMut(JsValue, JsValue)>::new(heard).into_js_value().unchecked_into(),
        wake: Cell::new(0.0),
    }));
    APP.set(Some(app));
    app.listen(&window(), "pagehide");
    app.listen(&document(), "visibilitychange");
    app.watch();
    app.sweep();
    app.page();
    app.show_banner(false);
}

/// Everything comes in here: events of the browser, the timer, which brings nothing, and answers, which bring the number of
/// their message first.
#[expect(clippy::needless_pass_by_value, reason = "the signature of a closure that JavaScript calls")]
fn heard(event: JsValue, response: JsValue) {
    let Some(app) = running() else { return };
    if let Some(number) = event.as_f64() {
        return app.answered(number as u32, &response);
    }
    if event.is_undefined() {
        app.wake.set(0.0);
        return app.flush(false);
    }
    match text(&event, "type").as_str() {
        "pagehide" => app.flush(true),
        "visibilitychange" if is_true(&document(), "hidden") => app.flush(true),
        // Another tab may have answered.
        "visibilitychange" => app.show_banner(false),
        "click" => app.clicked(&event),
        _ => app.moved(),
    }
}

impl App {
    /// Lets the listener hear an event.
    #[inline(never)]
    pub(crate) fn listen(&self, target: &JsValue, event: &str) {
        let target: &EventTarget = target.unchecked_ref();
        let _ = target.add_event_listener_with_callback(event, &self.listener);
    }

    /// Wakes up in `wait` milliseconds, or sooner where that is planned already.
    pub(crate) fn wake_in(&self, wait: f64) {
        let (now, planned) = (now(), self.wake.get());
        if planned <= now || planned > now + wait {
            self.wake.set(now + wait);
            let _ =
                window().set_timeout_with_callback_and_timeout_and_arguments_0(&self.listener, wait as i32);
        }
    }
}
