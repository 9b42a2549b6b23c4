//! What becomes a hit: page views, client-side navigation, the site's own events.

pub mod view;

use askfirst_wire::hit::TaggedHit;
use askfirst_wire::{Level, Props, limits, redact};
use wasm_bindgen::JsValue;

use crate::app::App;
use crate::banner::Shown;
use crate::delivery::js::object;
use crate::texts::Texts;
use view::Seen;

impl App {
    /// Counts the page that is shown now; with `moved`, if its path is another than before. The first view of a page load is
    /// sent at once, later ones wait for company.
    pub(crate) fn page(&self, moved: bool, mut seen: Seen<'_>) {
        let before = self.page.replace(Some(seen.path.into()));
        if moved && before.as_deref() == Some(seen.path) {
            return;
        }
        seen.first = before.is_none();
        let page = redact::page(seen.path);
        let asks = self.banner(self.facts().status().0, false) == Shown::Asking;
        let view = view::view(&seen, &page, asks.then_some(self.config.policy));
        self.add(&object(&TaggedHit("view", &view)));
        if seen.first {
            self.flush(false);
        }
    }

    /// Counts an event of the site's; `texts` are the page's path, the event's name, and its properties' names and values in
    /// turn. What the wire does not take is dropped, and said.
    pub(crate) fn track(&self, mut texts: Texts<'_>) {
        let (path, event) = (texts.text(), texts.text());
        if !is_text(event, limits::EVENT_NAME) {
            return self.browser.warn("event dropped: name it, in 64 characters", "");
        }
        let mut props = Props::default();
        while !texts.is_empty() {
            let (name, value) = (texts.text(), texts.text());
            // A path is masked like a page's: that of a file, of a link.
            let masked = value.strip_prefix("/").map(|_| redact::page(value));
            let value = masked.as_deref().unwrap_or(value);
            let right =
                is_text(name, limits::PROP_NAME) && (value.is_empty() || is_text(value, limits::PROP_VALUE));
            if right && props.0.len() < limits::PROPS {
                props.0.push((name.into(), value.into()));
            } else {
                self.browser.warn("property dropped: no text, too long, or an 11th:", name);
            }
        }
        self.add(&object(&TaggedHit("event", &view::event(path, event.into(), props))));
    }

    /// Adds a hit at the visitor's level: this is the one place where the level is looked up.
    #[inline(never)]
    fn add(&self, hit: &JsValue) {
        let (_, level) = self.facts().status();
        if level != Level::None && self.browser.reduce(hit) {
            let owner = if level.has_id() { self.owner_now() } else { 0 };
            self.add_to_batch(level, owner, hit);
        }
    }
}

/// What the wire takes as text: not empty, no control character, at most that many characters.
#[inline(never)]
fn is_text(text: &str, most: usize) -> bool {
    !text.is_empty() && limits::scalars(text) <= most && !text.bytes().any(|byte| byte < b' ' || byte == 0x7f)
}
