//! Messages from the contract vectors: from what the browser shows, through the snippet's own functions.

use askfirst::capture::view::{self, Seen};
use askfirst_wire::hit::ViewHead;
use askfirst_wire::{
    AggregatedBatch, AnonymousBatch, Batch, FullBatch, Hit, Level, Props, VERSION, ViewHit, Viewport, redact,
};
use serde_json::Value;

/// A file of vectors.
pub(crate) fn vectors(file: &str) -> Vec<Value> {
    serde_json::from_str(file).expect("a vector file is a JSON list")
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {value}")).into()
}

/// The batch that the snippet makes of `made_from`.
pub(crate) fn batch(from: &Value) -> Batch {
    let (v, site, batch) = (VERSION, text(from, "site"), text(from, "batch"));
    let level = Level::from_name(&text(from, "level")).unwrap();
    let dropped = from.get("dropped").map_or(0, |number| number.as_u64().unwrap().try_into().unwrap());
    let signal = from.get("signal").is_some();
    let hits = from["hits"].as_array().unwrap().iter().map(hit).collect();
    if !level.has_id() {
        return Batch::Aggregated(AggregatedBatch { v, site, level, batch, dropped, signal, hits });
    }
    let id = text(from, "id");
    if level == Level::Anonymous {
        return Batch::Anonymous(AnonymousBatch { v, site, level, batch, id, dropped, signal, hits });
    }
    let subject = from.get("subject").map(|_| text(from, "subject"));
    Batch::Full(FullBatch { v, site, level, batch, id, subject, dropped, signal, hits })
}

fn hit(hit: &Value) -> Hit {
    if let Some(shown) = hit.get("view") {
        let seen = seen(shown);
        let asked = shown.get("asked").map(|policy| policy.as_u64().unwrap().try_into().unwrap());
        return Hit::View(owned(view::view(&seen, &redact::page(seen.path), asked)));
    }
    let event = &hit["event"];
    Hit::Event(view::event(&text(event, "path"), text(event, "name"), props(event)))
}

/// The view as the collector reads it.
fn owned(view: ViewHead<'_>) -> ViewHit {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let [source, medium, campaign] = view.named.map(text);
    let (page, referrer) = (view.page.into(), text(view.referrer));
    let ViewHead { entry, asked, viewport, .. } = view;
    ViewHit { page, referrer, entry, asked, source, medium, campaign, viewport }
}

fn seen(view: &Value) -> Seen<'_> {
    let text = |name: &str| view[name].as_str().unwrap_or_else(|| panic!("{name} is a text in {view}"));
    Seen {
        host: text("host"),
        path: text("path"),
        referrer: text("referrer"),
        navigation: text("navigation"),
        campaign: ["source", "medium", "campaign"].map(|name| view[name].as_str().unwrap_or_default()),
        first: view["first"].as_bool().unwrap(),
        width: width(text("viewport")),
    }
}

fn width(name: &str) -> u8 {
    (0..4)
        .find(|&reached| Viewport::of(reached).as_str() == name)
        .unwrap_or_else(|| panic!("no width class {name}"))
}

fn props(event: &Value) -> Props {
    let pair = |pair: &Value| (pair[0].as_str().unwrap().into(), pair[1].as_str().unwrap().into());
    Props(event["props"].as_array().unwrap().iter().map(pair).collect())
}
