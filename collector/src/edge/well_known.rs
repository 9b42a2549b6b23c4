//! `GET /.well-known/askfirst.json`: what may be sent and stored, and what this collector takes, as data.

use std::sync::Arc;

use askfirst_wire::Level;
use askfirst_wire::inventory::{self, Inventory};
use axum::body::Bytes;
use axum::http::header;
use axum::routing::{MethodRouter, get};
use serde::Serialize;

use super::App;
use crate::config::Config;

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    sites: Vec<Site<'a>>,
    #[serde(flatten)]
    inventory: &'static Inventory,
}

#[derive(Serialize)]
struct Site<'a> {
    name: &'a str,
    level: Level,
    /// Whether small cells are not even written.
    strict: bool,
    /// Whether visitors are counted, in memory, by address and User-Agent.
    uniques: bool,
}

/// Answers with the document; it is the same for as long as the collector runs.
pub(super) fn answers(config: &Config) -> MethodRouter<Arc<App>> {
    let sites = config
        .sites
        .iter()
        .map(|site| Site { name: &site.name, level: site.level, strict: site.strict, uniques: site.uniques })
        .collect();
    let document = Document { version: env!("CARGO_PKG_VERSION"), sites, inventory: inventory::shipped() };
    let document: Bytes = serde_json::to_vec(&document).unwrap_or_default().into();
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        // So that a page can tell whether the clocks agree.
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "date"),
    ];
    get(async move || (headers, document))
}
