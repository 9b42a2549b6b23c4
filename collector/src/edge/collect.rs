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
use super::{body, signal};
use crate::intake;
use crate::moment::Moment;

#[derive(Serialize)]
struct Accepted {
    accepted: usize,
    /// For whoever writes the page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undeclared: Vec<String>,
}

/// Takes a batch; 202 means: committed and synced.
pub(super) async fn collect(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut signal = signal::is_sent(&head.headers);
    let answer = take(&app, body, &mut signal).await;
    to_page(signal, answer)
}

/// A signal in the body counts like one in the headers, also where the batch is refused afterwards.
async fn take(app: &App, body: Body, signal: &mut bool) -> Result<(StatusCode, Json<Accepted>), Refuse> {
    let body = body::read(body, app.config.edge.body()).await?;
    let batch = decode::batch(&body)?;
    *signal |= batch.signal();
    let accepted = batch.len();
    let (intake, undeclared) = intake::batch(batch, &app.sites, Moment::now())?;
    app.store.add(intake).await?;
    Ok((StatusCode::ACCEPTED, Json(Accepted { accepted, undeclared: undeclared.into_inner() })))
}
