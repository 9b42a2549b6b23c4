//! The report as a page: server-rendered, without script.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;

use super::App;

/// The page.
pub(super) async fn page(State(app): State<Arc<App>>) -> Html<String> {
    Html(format!("<!doctype html><title>askfirst</title>{} sites", app.config.sites.len()))
}
