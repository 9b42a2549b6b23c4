//! `POST /consent` and `POST /forget`.

use std::sync::Arc;

use askfirst_wire::decode::{self, ConsentMessage, Refused};
use askfirst_wire::{Choice, Level, Refusal, limits};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::answer::{Refuse, to_any_origin, to_page};
use super::cookie::{self, Page};
use super::receipt::Statement;
use super::receive;
use super::signal;
use crate::moment::Moment;
use crate::store::{self, Receipt};

/// Keeps a grant and answers its receipt, or counts a refusal. Where the site shares choices between its hosts, the answer
/// sets the cookie; where the page leaves the id to the collector, that of the id.
pub(super) async fn consent(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let signal = signal::is_sent(&head.headers);
    let mut message = match read(&app, &head, body).await {
        Ok(message) => message,
        Err(refuse) => return to_page(signal, refuse),
    };
    let (site, level, policy) = match &message {
        ConsentMessage::Grant(grant) => (&grant.site, grant.level, grant.policy),
        ConsentMessage::Denial(denial) => (&denial.site, denial.level, denial.policy),
    };
    let choice = Choice { level, policy, day: Moment::now().wire_day() };
    let page = Page::new(app.config.site(site), &head.headers);
    let minted = match mint(&mut message, page.as_ref(), &head.headers) {
        Ok(minted) => minted,
        Err(refuse) => return to_page(signal, refuse),
    };
    let answer = choose(&app, message).await;
    let done = answer.is_ok();
    let mut response = to_page(signal, answer);
    if let Some(page) = page.filter(|page| page.shares() || minted.is_some()) {
        page.allow(response.headers_mut());
        if done && page.shares() {
            page.set_choice(choice, response.headers_mut());
        }
        if let (true, Some(Minted::New(id))) = (done, &minted) {
            page.set_id(id, response.headers_mut());
        }
    }
    response
}

/// The id of a grant whose page leaves it to the collector.
enum Minted {
    /// The browser has none yet.
    New(String),
    /// It had one: agreeing to more does not prolong its life (CNIL 2020-091).
    Known,
}

/// Puts an id into a grant that has nought in its place.
fn mint(
    message: &mut ConsentMessage,
    page: Option<&Page<'_>>,
    headers: &HeaderMap,
) -> Result<Option<Minted>, Refuse> {
    let ConsentMessage::Grant(grant) = message else { return Ok(None) };
    if grant.id != limits::MINTED {
        return Ok(None);
    }
    let page = page.ok_or_else(Page::elsewhere)?;
    if let Some(id) = page.id(headers) {
        grant.id = id;
        return Ok(Some(Minted::Known));
    }
    grant.id = store::random_hex().map_err(|_| no_random_numbers())?;
    Ok(Some(Minted::New(grant.id.clone())))
}

fn no_random_numbers() -> Refused {
    Refused::new(Refusal::Unavailable, "no random numbers: try again")
}

async fn read(app: &App, head: &Parts, body: Body) -> Result<ConsentMessage, Refuse> {
    let body = receive::message(app, head, body).await?;
    let message = decode::consent(&body)?;
    let site = match &message {
        ConsentMessage::Grant(grant) => &grant.site,
        ConsentMessage::Denial(denial) => &denial.site,
    };
    receive::origin(app.config.site(site), &head.headers)?;
    Ok(message)
}

async fn choose(app: &App, message: ConsentMessage) -> Result<Response, Refuse> {
    match message {
        ConsentMessage::Denial(denial) => {
            // A site's ceiling bounds what may be known; that somebody said no may always be counted.
            app.sites.admit(&denial.site, Level::None)?;
            app.store.deny(&denial.site, denial.policy, Moment::now()).await?;
            Ok(StatusCode::ACCEPTED.into_response())
        }
        ConsentMessage::Grant(grant) => {
            app.sites.admit(&grant.site, grant.level)?;
            let id = grant.id.clone();
            let receipt =
                Receipt::of_grant(grant, app.builds.code().await).map_err(|_| no_random_numbers())?;
            let receipt = app.store.grant(receipt, &id).await?;
            Ok(Json(Statement::new(&receipt, &app.config)).into_response())
        }
    }
}

#[derive(Serialize)]
struct Forgotten {
    erased: bool,
}

/// Erases everything under an id. The answer does not tell whether there was anything.
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
    page: &mut Option<Page<'a>>,
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
