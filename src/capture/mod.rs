//! What becomes a hit: page views, client-side navigation, the site's own events.

pub mod view;

use askfirst_wire::hit::{HitHead, TaggedHit};
use askfirst_wire::{Level, Props, limits, redact};
use wasm_bindgen::JsValue;

use crate::AGREED;
use crate::app::App;
use crate::browser::now;
use crate::delivery::js::{self, object};
use crate::pairs::Texts;
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
        let (view, from) = view::view(&seen, &page);
        let previous = if AGREED { before.as_deref().or(from).map(redact::page) } else { None };
        self.add(&object(&TaggedHit("view", &view)), previous.as_deref());
        if seen.first {
            self.flush(false);
        }
    }

    /// Counts an event of the site's; `texts` are the page's path, the event's name, and its properties' names and values in
    /// turn. What the wire does not take is dropped, and said.
    pub(crate) fn track(&self, mut texts: Texts<'_>) {
        let (path, event) = (texts.text(), texts.text());
        if !is_text(event, limits::EVENT_NAME) {
            return self.browser.warn("askfirst: event dropped: name it, in 64 bytes", "");
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
                self.browser.warn("askfirst: property dropped: no text, too long, or an 11th:", name);
            }
        }
        self.add(&object(&TaggedHit("event", &view::event(path, event.into(), props))), None);
    }

    /// Makes a hit at the visitor's level: this is the one place where the level is looked up.
    #[inline(never)]
    fn add(&self, what: &JsValue, previous: Option<&str>) {
        let (_, level) = self.facts().status();
        if level == Level::None {
            return;
        }
        if !self.browser.reduce(what) {
            return;
        }
        if AGREED && level.has_id() {
            let (uuid, visit) = (self.browser.random(limits::ID_HEX), self.visit());
            let hit = object(&HitHead { uuid: &uuid, visit: &visit, previous });
            js::set(&hit, "what", what);
            self.add_to_batch(level, self.id(), &hit);
        } else {
            self.add_to_batch(level, None, what);
        }
    }

    /// The visit's id; a new one after half an hour without a hit.
    fn visit(&self) -> String {
        let (now, idle) = (now(), f64::from(limits::VISIT_IDLE_MINUTES) * 60_000.0);
        let lasting = self.visit.take().filter(|_| now - self.last_hit.get() < idle);
        let visit = lasting.unwrap_or_else(|| self.browser.random(limits::ID_HEX));
        self.last_hit.set(now);
        self.visit.set(Some(visit.clone()));
        visit
    }
}

/// What the wire takes as text: not empty, no control character, at most that many bytes.
#[inline(never)]
fn is_text(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && !text.bytes().any(|byte| byte < b' ' || byte == 0x7f)
}
