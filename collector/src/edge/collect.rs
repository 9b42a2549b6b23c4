//! `POST /collect`.

use std::sync::Arc;

use askfirst_wire::decode;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;

use super::App;
use super::answer::{Refuse, to_any_origin};
use super::body;
use crate::intake;
use crate::moment::Moment;

#[derive(Serialize)]
struct Accepted {
    accepted: usize,
}

/// Takes a batch; 202 means: committed and synced.
pub(super) async fn collect(State(app): State<Arc<App>>, body: Body) -> impl IntoResponse {
    to_any_origin(take(&app, body).await)
}

async fn take(app: &App, body: Body) -> Result<(StatusCode, Json<Accepted>), Refuse> {
    let body = body::read(body, app.config.edge.body()).await?;
    let batch = decode::batch(&body)?;
    let accepted = batch.len();
    let intake = intake::batch(batch, &app.sites, Moment::now())?;
    app.store.add(intake).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { accepted })))
}
