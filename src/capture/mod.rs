//! What becomes a hit: page views, client-side navigation, the site's own events.

pub(crate) mod navigation;
pub mod view;

use askfirst_wire::tree::Lay;
use askfirst_wire::{AggregatedHit, Hit, Level, Props, Viewport, limits, redact};
use js_sys::{JSON, Object};
use wasm_bindgen::prelude::*;

use crate::app::App;
use crate::browser::{Warning, document, get, is_true, location, now, random_hex, text, warn_once, window};
use crate::delivery::js::from_tree;
use crate::identity;
use view::Seen;

impl App {
    /// Counts the page that is shown now. The first view of a page load is sent at once, later ones wait for company.
    pub(crate) fn page(&self) {
        let path = location("pathname");
        let before = self.page.replace(Some(path.clone()));
        let first = before.is_none();
        let seen = Seen {
            host: location("hostname"),
            path,
            search: location("search"),
            referrer: text(&document(), "referrer"),
            navigation: navigation::kind(),
            first,
            viewport: viewport(),
        };
        let (hit, previous) = view::view(&seen);
        self.add(hit, before.map_or(previous, |path| Some(redact::page(&path))));
        if first {
            self.flush(false);
        }
    }

    /// Counts an event of the site's.
    pub(crate) fn track(&self, name: &JsValue, props: &Object) {
        match name.as_string().filter(|name| !name.is_empty() && is_text(name, limits::EVENT_NAME)) {
            Some(name) => self.add(view::event(&location("pathname"), name, read_props(props)), None),
            None => warn_once(Warning::Event, ""),
        }
    }

    /// Makes a hit at the visitor's level: this is the one place where the level is looked up.
    #[inline(never)]
    fn add(&self, what: AggregatedHit, previous: Option<String>) {
        let (_, level) = self.facts().status();
        if level.has_id() {
            let hit = Hit { uuid: random_hex(limits::ID_HEX), visit: self.visit(), previous, what };
            self.gather(level, identity::read(), &from_tree(&hit.tree()));
        } else if level == Level::Aggregated {
            self.gather(level, None, &from_tree(&what.tree()));
        }
    }

    /// The visit's id; a new one after half an hour without a hit.
    fn visit(&self) -> String {
        let (now, idle) = (now(), f64::from(limits::VISIT_IDLE_MINUTES) * 60_000.0);
        let lasting = self.visit.take().filter(|_| now - self.last_hit.get() < idle);
        let visit = lasting.unwrap_or_else(|| random_hex(limits::ID_HEX));
        self.last_hit.set(now);
        self.visit.set(Some(visit.clone()));
        visit
    }
}

/// The width class, asked as the style sheet would ask.
fn viewport() -> Viewport {
    let steps = [
        ("(min-width:1536px)", Viewport::Wide),
        ("(min-width:1024px)", Viewport::Large),
        ("(min-width:600px)", Viewport::Medium),
    ];
    for (query, class) in steps {
        if window().match_media(query).is_ok_and(|list| is_true(&list.into(), "matches")) {
            return class;
        }
    }
    Viewport::Small
}

/// The properties that the wire takes: strings, numbers and booleans, at most ten. The others are dropped, and said.
fn read_props(object: &Object) -> Props {
    let mut props = Props::default();
    for name in Object::keys(object).iter().filter_map(|name| name.as_string()) {
        let value = get(object, &name);
        let value = value.as_string().or_else(|| plain(&value));
        match value.filter(|value| is_text(value, limits::PROP_VALUE)) {
            Some(value)
                if !name.is_empty() && is_text(&name, limits::PROP_NAME) && props.0.len() < limits::PROPS =>
            {
                props.0.push((name, value));
            }
            _ => warn_once(Warning::Prop, &name),
        }
    }
    props
}

/// A number or a boolean as text; `None` for everything whose JSON begins otherwise, or that has none.
pub(crate) fn plain(value: &JsValue) -> Option<String> {
    let json = JSON::stringify(value).ok()?.as_string()?;
    json.bytes().next().is_some_and(|first| matches!(first, b'0'..=b'9' | b'-' | b't' | b'f')).then_some(json)
}

/// What the wire takes as text: no control character, at most that many bytes.
fn is_text(text: &str, most: usize) -> bool {
    text.len() <= most && !text.bytes().any(|byte| byte < b' ' || byte == 0x7f)
}
