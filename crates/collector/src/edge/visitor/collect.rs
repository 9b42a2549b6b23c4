//! `POST /collect`: takes a batch of hits.

use std::sync::Arc;

use askfirst_wire::names::ID_AT_COLLECTOR;
use askfirst_wire::{Batch, Refusal, decode};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::cookie::{self, SameSitePage};
use super::cors::to_page;
use super::{fetch_metadata, receive, signal};
use crate::context::{Bot, Families, Shown};
use crate::edge::app::App;
use crate::edge::refuse::Refuse;
use crate::edge::transport::peers::Peer;
use crate::intake::{self, Intake};
use crate::moment::Moment;

#[derive(Serialize)]
struct Accepted {
    accepted: usize,
    /// Why the hits count as a bot's.
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<&'static str>,
    /// Names and values that the site has not declared, for the author of the page.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undeclared: Vec<String>,
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self)).into_response()
    }
}

/// The path of this route.
pub(super) const PATH: &str = "/collect";

/// Takes a batch, as a handler for the router.
pub(super) async fn collect(State(app): State<Arc<App>>, request: Request) -> Response {
    answer(&app, request).await
}

/// Takes a batch. 202 means that it is committed and synced.
pub(super) async fn answer(app: &App, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut facts = AnswerFacts { signal: signal::is_sent(&head.headers), page: None };
    let answer = take(app, &head, body, &mut facts).await;
    let over = answer.as_ref().is_err_and(|refuse| refuse.is_for(Refusal::Withdrawn));
    let mut response = to_page(facts.signal, answer);
    if let Some(page) = facts.page {
        page.allow(response.headers_mut());
        if over {
            // The next grant makes a new one.
            page.remove_id(response.headers_mut());
        }
    }
    response
}

/// What the answer tells the page, even if the batch is refused.
struct AnswerFacts<'a> {
    /// The request carries a privacy signal, in its headers or its body.
    signal: bool,
    /// The page that sent the cookie of its id.
    page: Option<SameSitePage<'a>>,
}

async fn take<'a>(
    app: &'a App,
    head: &Parts,
    body: Body,
    facts: &mut AnswerFacts<'a>,
) -> Result<Accepted, Refuse> {
    let body = receive::message(app, head, body).await?;
    let mut batch = decode::batch(&body)?;
    facts.signal |= batch.signal();
    let site = app.config.site(batch.site());
    receive::origin(site, &head.headers)?;
    if batch.id() == Some(ID_AT_COLLECTOR)
        && let Some(id) = cookie::whose(ID_AT_COLLECTOR.to_owned(), site, &head.headers, &mut facts.page)?
    {
        batch.put_id(id);
    }
    let accepted = batch.len();
    let has_view = batch.has_view();
    let (intake, undeclared, bot) = intake_of(app, head, batch)?;
    let (site, time) = (Arc::clone(&intake.site), intake.time);
    app.store.add(intake).await?;
    if has_view && bot.is_none() && app.uniques.is_counted(&site) {
        count_visitor(app, head, &site, time);
    }
    Ok(Accepted { accepted, bot: bot.map(Bot::as_str), undeclared })
}

/// Counts a visitor of the day, in memory.
fn count_visitor(app: &App, head: &Parts, site: &str, time: Moment) {
    let agent =
        head.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let peer = head.extensions.get::<Peer>();
    if let Some(client) = peer.and_then(|peer| app.peers.client(peer, &head.headers)) {
        app.uniques.count_visitor(site, time.day(), client, agent);
    }
}

/// What the batch adds, what of it the site has not declared, and whether a bot sent it. Headers that are not ASCII are no
/// browser's and are ignored.
fn intake_of(app: &App, head: &Parts, batch: Batch) -> Result<(Intake, Vec<String>, Option<Bot>), Refuse> {
    let robots = app.config.site(batch.site()).is_some_and(|site| site.robots);
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let peer = head.extensions.get::<Peer>().filter(|_| app.contexts.wants_address());
    let client = peer.and_then(|peer| app.peers.client(peer, &head.headers));
    let (agent, languages) = (text(header::USER_AGENT), text(header::ACCEPT_LANGUAGE));
    let ahead = fetch_metadata::is_prefetch(&head.headers);
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
