//! `POST /collect`.

use std::sync::Arc;

use askfirst_wire::{decode, limits};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::App;
use super::answer::{Refuse, to_page};
use super::cookie::{self, Page};
use super::listen::Peer;
use super::{body, signal};
use crate::context::Shown;
use crate::intake;
use crate::moment::Moment;

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

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
    let mut about = About { signal: signal::is_sent(&head.headers), page: None };
    let answer = take(&app, &head, body, &mut about).await;
    let mut response = to_page(about.signal, answer);
    if let Some(page) = about.page {
        page.allow(response.headers_mut());
    }
    response
}

/// What the answer has to tell, also where the batch is refused.
struct About<'a> {
    /// The browser says no, in the headers or in the body.
    signal: bool,
    /// The page sent the cookie of its id.
    page: Option<Page<'a>>,
}

async fn take<'a>(
    app: &'a App,
    head: &Parts,
    body: Body,
    about: &mut About<'a>,
) -> Result<(StatusCode, Json<Accepted>), Refuse> {
    let body = body::read(body, app.config.edge.body()).await?;
    let mut batch = decode::batch(&body)?;
    about.signal |= batch.signal();
    if batch.id() == Some(limits::MINTED) {
        let site = app.config.site(batch.site());
        if let Some(id) = cookie::whose(limits::MINTED.to_owned(), site, &head.headers, &mut about.page)? {
            batch.put_id(id);
        }
    }
    let accepted = batch.len();
    let forwarded = batch.has_view().then(|| forwarded(head));
    let shown = forwarded.as_deref().map(|forwarded| shown(head, forwarded));
    let context = shown.as_ref().map(|shown| app.contexts.of(shown));
    let (intake, undeclared) = intake::batch(batch, &app.sites, Moment::now(), context.as_ref())?;
    let (site, time) = (Arc::clone(&intake.site), intake.time);
    app.store.add(intake).await?;
    if let Some(shown) = shown.filter(|_| app.uniques.counts(&site))
        && let Some(client) = app.contexts.client(&shown)
    {
        app.uniques.see(&site, time.day(), client, shown.agent);
    }
    Ok((StatusCode::ACCEPTED, Json(Accepted { accepted, undeclared: undeclared.into_inner() })))
}

/// `X-Forwarded-For`, where an address is looked at.
fn forwarded(head: &Parts) -> String {
    let lines = head.headers.get_all(FORWARDED).iter().filter(|_| head.extensions.get::<Peer>().is_some());
    let forwarded: Vec<&str> = lines.map(|line| line.to_str().unwrap_or("unreadable")).collect();
    forwarded.join(",")
}

/// What the request shows by itself. What is not ASCII is no header of a browser's, and not looked at.
fn shown<'a>(head: &'a Parts, forwarded: &'a str) -> Shown<'a> {
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = head.extensions.get::<Peer>().map(|peer| peer.0);
    Shown { agent: text(header::USER_AGENT), languages: text(header::ACCEPT_LANGUAGE), peer, forwarded }
}
