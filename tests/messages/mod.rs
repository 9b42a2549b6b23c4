//! Messages from the contract vectors: from what the browser shows, through the snippet's own functions.

use askfirst::capture::view::{self, Seen};
use askfirst::delivery::pending::{Made, Owner, Pending};
use askfirst_wire::{AggregatedHit, Batch, Hit, Level, Props, Viewport};
use serde_json::Value;

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {value}")).into()
}

fn viewport(name: &str) -> Viewport {
    let all = [Viewport::Small, Viewport::Medium, Viewport::Large, Viewport::Wide];
    all.into_iter().find(|class| class.as_str() == name).unwrap_or_else(|| panic!("{name} is no width class"))
}

fn seen(view: &Value) -> Seen {
    Seen {
        host: text(view, "host"),
        path: text(view, "path"),
        search: text(view, "search"),
        referrer: text(view, "referrer"),
        navigation: text(view, "navigation"),
        first: view["first"].as_bool().unwrap(),
        viewport: viewport(&text(view, "viewport")),
    }
}

fn props(event: &Value) -> Props {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().into(), pair[1].as_str().unwrap().into());
    Props(event["props"].as_array().unwrap().iter().map(pair).collect())
}

/// What happened, with the page seen before, and the part of the vector that says the rest.
fn what(hit: &Value) -> (AggregatedHit, Option<String>, &Value) {
    if let Some(shown) = hit.get("view") {
        let (view, previous) = view::view(&seen(shown));
        // The page's memory of the view before goes before the referrer.
        let remembered = shown.get("previous").map(|_| text(shown, "previous"));
        return (view, remembered.or(previous), shown);
    }
    let event = &hit["event"];
    (view::event(&text(event, "path"), text(event, "name"), props(event)), None, event)
}

fn made(from: &Value, hit: &Value) -> Made {
    let level = Level::from_name(&text(from, "level")).unwrap();
    let (what, previous, rest) = what(hit);
    if !level.has_id() {
        return Made::Aggregated(what);
    }
    let subject = from.get("subject").map(|_| text(from, "subject"));
    let owner = Owner { level, id: text(from, "id"), subject };
    Made::Identified(owner, Hit { uuid: text(rest, "uuid"), visit: text(rest, "visit"), previous, what })
}

/// The batch that the snippet makes of `made_from`.
pub(crate) fn batch(from: &Value) -> Batch {
    let mut pending = Pending::default();
    for hit in from["hits"].as_array().unwrap() {
        assert!(pending.add(made(from, hit)).is_empty(), "all in one batch");
    }
    pending.seal(text(from, "site"), text(from, "batch")).unwrap()
}

/// A file of vectors.
pub(crate) fn vectors(file: &str) -> Vec<Value> {
    serde_json::from_str(file).expect("a vector file is a JSON list")
}
