//! `POST /mydata`: what is kept under an id, for whoever has the id.

use std::sync::Arc;

use askfirst_wire::{Level, decode};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::answer::{Refuse, to_any_origin};
use super::body;
use super::receipt::Statement;
use crate::store::{Kept, Mine};

#[derive(Serialize)]
struct MyData<'a> {
    site: &'a str,
    receipts: Vec<Statement<'a>>,
    hits: &'a [Kept],
    #[serde(skip_serializing_if = "is_zero")]
    left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Tells what is kept. An id of which nothing is known is answered with empty lists.
pub(super) async fn my_data(State(app): State<Arc<App>>, body: Body) -> impl IntoResponse {
    to_any_origin(tell(&app, body).await)
}

async fn tell(app: &App, body: Body) -> Result<Response, Refuse> {
    let body = body::read(body, app.config.edge.body()).await?;
    let asked = decode::my_data(&body)?;
    app.sites.admit(&asked.site, Level::None)?;
    let Mine { receipts, hits, left_out } = app.store.mine(&asked.site, &asked.id).await?;
    let receipts = receipts.iter().map(|receipt| Statement::new(receipt, &app.config)).collect();
    Ok(Json(MyData { site: &asked.site, receipts, hits: &hits, left_out }).into_response())
}
