//! `POST /collect`.

use std::sync::Arc;

use askfirst_wire::decode;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use super::App;
use super::answer::{Refuse, to_page};
use super::body;
use crate::intake;
use crate::moment::Moment;

#[derive(Serialize)]
struct Accepted {
    accepted: usize,
}

/// Takes a batch; 202 means: committed and synced.
pub(super) async fn collect(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    to_page(&head.headers, take(&app, body).await)
}

async fn take(app: &App, body: Body) -> Result<(StatusCode, Json<Accepted>), Refuse> {
    let body = body::read(body, app.config.edge.body()).await?;
    let batch = decode::batch(&body)?;
    let accepted = batch.len();
    let intake = intake::batch(batch, &app.sites, Moment::now())?;
    app.store.add(intake).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { accepted })))
}
