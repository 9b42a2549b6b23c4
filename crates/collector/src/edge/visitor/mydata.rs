//! `POST /mydata`: everything stored under an id, for anyone who has the id (GDPR 15).

use std::sync::Arc;

use askfirst_wire::{Level, decode};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::cookie::{self, SameSitePage};
use super::cors::to_any_origin;
use super::receive;
use crate::edge::app::App;
use crate::edge::refuse::Refuse;
use crate::receipts::statement::Statement;
use crate::store::{StoredData, StoredHit};

#[derive(Serialize)]
struct MyDataAnswer<'a> {
    site: &'a str,
    receipts: Vec<Statement<'a>>,
    hits: &'a [StoredHit],
    #[serde(skip_serializing_if = "is_zero")]
    left_out: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Answers with everything stored under the id. An unknown id gets empty lists.
pub(super) async fn my_data(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut page = None;
    let answer = read(&app, &head, body, &mut page).await;
    let mut response = to_any_origin(answer).into_response();
    if let Some(page) = page {
        page.allow(response.headers_mut());
    }
    response
}

async fn read<'a>(
    app: &'a App,
    head: &Parts,
    body: Body,
    page: &mut Option<SameSitePage<'a>>,
) -> Result<Response, Refuse> {
    let body = receive::message(app, head, body).await?;
    let asked = decode::my_data(&body)?;
    let site = app.config.site(&asked.site);
    receive::origin(site, &head.headers)?;
    app.sites.admit(&asked.site, Level::None)?;
    let StoredData { receipts, hits, left_out } = match cookie::whose(asked.id, site, &head.headers, page)? {
        Some(id) => app.store.my_data(&asked.site, &id).await?,
        None => StoredData::default(),
    };
    let receipts = receipts.iter().map(|receipt| Statement::new(receipt, &app.config)).collect();
    Ok(Json(MyDataAnswer { site: &asked.site, receipts, hits: &hits, left_out }).into_response())
}
