//! `POST /forget`: erases everything stored under an id.

use std::sync::Arc;

use askfirst_wire::{Level, decode};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::cookie::{self, SameSitePage};
use super::cors::to_any_origin;
use super::receive;
use crate::edge::app::App;
use crate::edge::refuse::Refuse;

#[derive(Serialize)]
struct Forgotten {
    erased: bool,
}

/// Erases everything stored under an id. The answer does not tell whether there was anything.
pub(super) async fn forget(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut page = None;
    let answer = erase(&app, &head, body, &mut page).await;
    let done = answer.is_ok();
    let mut response = to_any_origin(answer).into_response();
    if let Some(page) = page {
        page.allow(response.headers_mut());
        if done {
            page.remove_id(response.headers_mut());
        }
    }
    response
}

async fn erase<'a>(
    app: &'a App,
    head: &Parts,
    body: Body,
    page: &mut Option<SameSitePage<'a>>,
) -> Result<Json<Forgotten>, Refuse> {
    let body = receive::message(app, head, body).await?;
    let forget = decode::forget(&body)?;
    let site = app.config.site(&forget.site);
    receive::origin(site, &head.headers)?;
    app.sites.admit(&forget.site, Level::None)?;
    let id = cookie::whose(forget.id, site, &head.headers, page)?;
    if let Some(id) = id {
        app.store.forget(&forget.site, &id, app.builds.code().await).await?;
    }
    Ok(Json(Forgotten { erased: true }))
}
