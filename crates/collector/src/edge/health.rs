//! `GET /health/live` and `GET /health/ready`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;

use super::app::App;
use super::refuse::Refuse;
use crate::store::NotStored;

/// How long the writer may take to say that it can write.
const PATIENCE: Duration = Duration::from_secs(3);

/// Answers as long as the process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// 200 if the store can write, 503 if not.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Refuse> {
    match tokio::time::timeout(PATIENCE, app.store.ping()).await {
        Ok(answer) => answer?,
        Err(_late) => return Err(NotStored::Down.into()),
    }
    Ok("ok\n")
}
