//! `POST /consent`: stores a grant and answers its receipt, or counts a rejection.

use std::sync::Arc;

use askfirst_wire::decode::{self, ConsentMessage, Refused};
use askfirst_wire::names::ID_AT_COLLECTOR;
use askfirst_wire::{Choice, Level, Refusal};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::cookie::SameSitePage;
use super::cors::to_page;
use super::{receive, signal};
use crate::edge::app::App;
use crate::edge::refuse::Refuse;
use crate::intake;
use crate::moment::Moment;
use crate::receipts::statement::Statement;
use crate::receipts::{Receipt, random_hex};
use crate::store::NewGrant;

/// Stores a grant and answers its receipt, or counts a rejection. If the site's hosts share the choice, the answer sets its
/// cookie. If the collector creates the id, the answer sets that cookie too.
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
    let page = SameSitePage::new(app.config.site(site), &head.headers);
    let collector_id = match put_id(&mut message, page.as_ref(), &head.headers) {
        Ok(collector_id) => collector_id,
        Err(refuse) => return to_page(signal, refuse),
    };
    let answer = choose(&app, message).await;
    let done = answer.is_ok();
    let over = answer.as_ref().is_err_and(|refuse| refuse.is_for(Refusal::Withdrawn));
    let mut response = to_page(signal, answer);
    if let Some(page) = page.filter(|page| page.shares() || collector_id.is_some()) {
        page.allow(response.headers_mut());
        if done && page.shares() {
            page.set_choice(choice, response.headers_mut());
        }
        match &collector_id {
            Some(CollectorId::New(id)) if done => page.set_id(id, response.headers_mut()),
            // The next grant makes a new one.
            Some(CollectorId::Known) if over => page.remove_id(response.headers_mut()),
            _ => {}
        }
    }
    response
}

/// The id of a grant if the collector creates it.
enum CollectorId {
    /// Created now: the browser had none.
    New(String),
    /// The browser has one. Agreeing to more does not prolong its life (CNIL 2020-091).
    Known,
}

/// Puts an id into a grant that asks the collector for one.
fn put_id(
    message: &mut ConsentMessage,
    page: Option<&SameSitePage<'_>>,
    headers: &HeaderMap,
) -> Result<Option<CollectorId>, Refuse> {
    let ConsentMessage::Grant(grant) = message else { return Ok(None) };
    if grant.id != ID_AT_COLLECTOR {
        return Ok(None);
    }
    let page = page.ok_or_else(SameSitePage::other_site)?;
    if let Some(id) = page.id(headers) {
        grant.id = id;
        return Ok(Some(CollectorId::Known));
    }
    grant.id = random_hex().map_err(|_| no_random_numbers())?;
    Ok(Some(CollectorId::New(grant.id.clone())))
}

fn no_random_numbers() -> Refused {
    Refused::new(Refusal::Unavailable, "the random number generator failed: try again")
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
            // A rejection may be counted whatever the site's ceiling is.
            app.sites.admit(&denial.site, Level::None)?;
            let number = intake::number(&denial.number);
            app.store.deny(&denial.site, denial.policy, number, Moment::now()).await?;
            Ok(StatusCode::ACCEPTED.into_response())
        }
        ConsentMessage::Grant(mut grant) => {
            app.sites.admit(&grant.site, grant.level)?;
            let id = grant.id.clone();
            let page = grant.page.take().map(|page| intake::granted_page(page, &app.sites));
            let receipt =
                Receipt::of_grant(grant, app.builds.code().await).map_err(|_| no_random_numbers())?;
            let grant = NewGrant { receipt, id, page, time: Moment::now() };
            let receipt = app.store.grant(grant).await?;
            Ok(Json(Statement::new(&receipt, &app.config)).into_response())
        }
    }
}
