//! `POST /collect`.

use std::sync::Arc;

use askfirst_wire::{Batch, decode, limits};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::answer::{Refuse, to_page};
use super::cookie::{self, Page};
use super::peers::Peer;
use super::{fetch, receive, signal};
use crate::context::{Bot, Families, Shown};
use crate::intake::{self, Intake};
use crate::moment::Moment;

#[derive(Serialize)]
struct Accepted {
    accepted: usize,
    /// Why they are counted apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<&'static str>,
    /// For whoever writes the page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undeclared: Vec<String>,
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self)).into_response()
    }
}

/// The path.
pub(super) const PATH: &str = "/collect";

/// Takes a batch, as a route.
pub(super) async fn collect(State(app): State<Arc<App>>, request: Request) -> Response {
    answer(&app, request).await
}

/// Takes a batch; 202 means: committed and synced.
pub(super) async fn answer(app: &App, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut about = About { signal: signal::is_sent(&head.headers), page: None };
    let answer = take(app, &head, body, &mut about).await;
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

async fn take<'a>(app: &'a App, head: &Parts, body: Body, about: &mut About<'a>) -> Result<Accepted, Refuse> {
    let body = receive::message(app, head, body).await?;
    let mut batch = decode::batch(&body)?;
    about.signal |= batch.signal();
    let site = app.config.site(batch.site());
    receive::origin(site, &head.headers)?;
    if batch.id() == Some(limits::MINTED)
        && let Some(id) = cookie::whose(limits::MINTED.to_owned(), site, &head.headers, &mut about.page)?
    {
        batch.put_id(id);
    }
    let accepted = batch.len();
    let has_view = batch.has_view();
    let (intake, undeclared, bot) = intake_of(app, head, batch)?;
    let (site, time) = (Arc::clone(&intake.site), intake.time);
    app.store.add(intake).await?;
    if has_view && bot.is_none() && app.uniques.counts(&site) {
        see(app, head, &site, time);
    }
    Ok(Accepted { accepted, bot: bot.map(Bot::as_str), undeclared })
}

/// Counts a visitor of the day, in memory.
fn see(app: &App, head: &Parts, site: &str, time: Moment) {
    let agent =
        head.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let peer = head.extensions.get::<Peer>();
    if let Some(client) = peer.and_then(|peer| app.peers.client(peer, &head.headers)) {
        app.uniques.see(site, time.day(), client, agent);
    }
}

/// What the batch adds, what of it is not declared, and whether a robot sent it. What is not ASCII is no header of a browser's,
/// and not looked at.
fn intake_of(app: &App, head: &Parts, batch: Batch) -> Result<(Intake, Vec<String>, Option<Bot>), Refuse> {
    let robots = app.config.site(batch.site()).is_some_and(|site| site.robots);
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = head.extensions.get::<Peer>().filter(|_| app.contexts.wants_address());
    let client = peer.and_then(|peer| app.peers.client(peer, &head.headers));
    let (agent, languages) = (text(header::USER_AGENT), text(header::ACCEPT_LANGUAGE));
    let ahead = fetch::is_ahead(&head.headers);
    let shown = Shown { agent, ahead, languages, client };
    let sender = match app.contexts.sender(&shown) {
        Err(Bot::Agent) if robots => Ok(Families::OTHER),
        sender => sender,
    };
    match sender {
        Ok(families) => {
            let context = batch.has_view().then(|| app.contexts.of(families, &shown));
            let (intake, undeclared) = intake::batch(batch, &app.sites, Moment::now(), context.as_ref())?;
            Ok((intake, undeclared.into_inner(), None))
        }
        Err(bot) => {
            Ok((intake::robots_batch(&batch, &app.sites, Moment::now(), bot)?, Vec::new(), Some(bot)))
        }
    }
}
