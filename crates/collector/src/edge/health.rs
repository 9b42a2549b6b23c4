//! `GET /health/live` and `GET /health/ready`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;

use super::App;
use super::answer::Refuse;
use crate::store::Unavailable;

/// How long the writer may take to say that it can write.
const PATIENCE: Duration = Duration::from_secs(3);

/// The process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The store can write; 503 where it cannot.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Result<&'static str, Refuse> {
    match tokio::time::timeout(PATIENCE, app.store.ping()).await {
        Ok(answer) => answer?,
        Err(_late) => return Err(Unavailable::Down.into()),
    }
    Ok("ok\n")
}
