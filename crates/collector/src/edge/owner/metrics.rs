//! `GET /metrics`: metrics for Prometheus.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;

use crate::edge::app::App;
use crate::store::schema;

/// Answers the metrics, with the sizes of the database and its log as they are now.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let file = app.store.file();
    let log = schema::log_of(file);
    let database = tokio::fs::metadata(file).await.map_or(0, |file| file.len());
    let log = tokio::fs::metadata(log).await.map_or(0, |file| file.len());
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], app.metrics.text(database, log))
}
