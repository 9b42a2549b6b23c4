//! What becomes a hit: page views, client-side navigation, the site's own events.

pub(crate) mod navigation;
pub mod view;

use askfirst_wire::{AggregatedHit, Hit, Level, Props, Viewport, limits, redact};
use js_sys::Object;
use wasm_bindgen::prelude::*;

use crate::app::App;
use crate::browser::{Warning, document, get, now, random_hex, text, text_of, warn_once, window};
use crate::delivery::pending::{Made, Owner};
use crate::identity;
use view::Seen;

/// The visit that hits under an id belong to: in the page's memory only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visit {
    id: String,
    last: f64,
}

impl App {
    /// Counts the page that is shown now. The first view of a page load is sent at once, later ones wait for company.
    pub(crate) fn page(&self) {
        let location = window().location();
        let path = text(&location, "pathname");
        let before = self.page.replace(Some(path.clone()));
        let first = before.is_none();
        let seen = Seen {
            host: text(&location, "hostname"),
            path,
            search: text(&location, "search"),
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
        let Some(name) =
            name.as_string().filter(|name| is_text(name, limits::EVENT_NAME) && !name.is_empty())
        else {
            return warn_once(Warning::Event, "");
        };
        let path = text(&window().location(), "pathname");
        self.add(view::event(&path, name, read_props(props)), None);
    }

    /// Puts a hit where it waits, made at the visitor's level: this is the one place where the level is looked up.
    fn add(&self, what: AggregatedHit, previous: Option<String>) {
        let level = self.level();
        let made = match identity::read() {
            _ if level == Level::None => return,
            Some(id) if level.has_id() => {
                let mut owner = Owner { level, id, subject: None };
                if level == Level::Full {
                    owner.subject = self.subject.take();
                    self.subject.set(owner.subject.clone());
                }
                Made::Identified(
                    owner,
                    Hit { uuid: random_hex(limits::ID_HEX), visit: self.visit(), previous, what },
                )
            }
            _ => Made::Aggregated(what),
        };
        let mut pending = self.pending.take();
        let others = pending.add(made);
        self.pending.set(pending);
        self.seal(others);
        self.gather();
    }

    /// The visit's id; a new one after half an hour without a hit.
    fn visit(&self) -> String {
        let mut visit = self.visit.take();
        let now = now();
        if now - visit.last > f64::from(limits::VISIT_IDLE_MINUTES) * 60_000.0 {
            visit.id = random_hex(limits::ID_HEX);
        }
        visit.last = now;
        self.visit.set(visit.clone());
        visit.id
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
        if window().match_media(query).is_ok_and(|list| list.is_some_and(|list| list.matches())) {
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
        let plain = value.as_f64().is_some() || value.as_bool().is_some();
        let text = if plain { Some(text_of(&value)) } else { value.as_string() };
        match text.filter(|text| is_text(text, limits::PROP_VALUE)) {
            Some(text)
                if !name.is_empty() && is_text(&name, limits::PROP_NAME) && props.0.len() < limits::PROPS =>
            {
                props.0.push((name, text));
            }
            _ => warn_once(Warning::Prop, &name),
        }
    }
    props
}

/// What the wire takes as text: no control character, at most that many bytes.
fn is_text(text: &str, most: usize) -> bool {
    text.len() <= most && !text.chars().any(char::is_control)
}
