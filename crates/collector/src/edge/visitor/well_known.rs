//! `GET /.well-known/askfirst.json`: what may be sent and stored, the sites of this collector, and the script that it serves.

use std::collections::BTreeMap;
use std::sync::Arc;

use askfirst_wire::Level;
use askfirst_wire::inventory::{self, Inventory};
use axum::Json;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::routing::{MethodRouter, get};
use serde::Serialize;

use crate::builds::{Build, Builds};
use crate::config::Config;
use crate::edge::app::App;

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    sites: &'a [SiteEntry],
    /// `None` if there is no script, or it cannot be read.
    script: Option<Script<'a>>,
    #[serde(flatten)]
    inventory: &'static Inventory,
}

#[derive(Serialize)]
struct SiteEntry {
    name: String,
    level: Level,
    /// Whether small cells are not written at all.
    strict: bool,
    /// Whether visitors are counted in memory by address and User-Agent.
    uniques: bool,
}

#[derive(Serialize)]
struct Script<'a> {
    /// The permanent path of its files.
    folder: String,
    /// Each file with its `integrity` value.
    integrity: &'a BTreeMap<String, String>,
}

impl<'a> Script<'a> {
    fn of(build: &'a Build) -> Self {
        Self { folder: build.folder(), integrity: build.files() }
    }
}

/// Answers with the document. Only the script may change while the collector runs.
pub(super) fn answers(config: &Config, builds: &Arc<Builds>) -> MethodRouter<Arc<App>> {
    let site = |site: &crate::config::Site| SiteEntry {
        name: site.name.clone(),
        level: site.level,
        strict: site.strict,
        uniques: site.uniques,
    };
    let sites: Arc<[SiteEntry]> = config.sites.iter().map(site).collect();
    let builds = Arc::clone(builds);
    get(async move || {
        let build = builds.current().await.unwrap_or_else(|error| {
            tracing::error!(%error, "the script cannot be read");
            None
        });
        let script = build.as_deref().map(Script::of);
        let headers = [
            (header::CACHE_CONTROL, "public, max-age=3600"),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            // Lets a page compare its clock with the collector's.
            (header::ACCESS_CONTROL_EXPOSE_HEADERS, "date"),
        ];
        let document = Document {
            version: env!("CARGO_PKG_VERSION"),
            sites: &sites,
            script,
            inventory: inventory::shipped(),
        };
        (headers, Json(document).into_response())
    })
}
