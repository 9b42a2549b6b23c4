//! `POST /consent` and `POST /forget`.

use std::sync::Arc;

use askfirst_wire::decode::{self, ConsentMessage, Refused};
use askfirst_wire::{Choice, Level, Refusal};
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::App;
use super::answer::{Refuse, to_any_origin, to_page};
use super::body;
use super::choice::Shared;
use super::receipt::Statement;
use super::signal;
use crate::moment::Moment;
use crate::store::Receipt;

/// Keeps a grant and answers its receipt, or counts a refusal. Where the site shares choices between its hosts, the answer
/// sets the cookie.
pub(super) async fn consent(State(app): State<Arc<App>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let signal = signal::is_sent(&head.headers);
    let message = match read(&app, body).await {
        Ok(message) => message,
        Err(refuse) => return to_page(signal, refuse),
    };
    let (site, level, policy) = match &message {
        ConsentMessage::Grant(grant) => (&grant.site, grant.level, grant.policy),
        ConsentMessage::Denial(denial) => (&denial.site, denial.level, denial.policy),
    };
    let choice = Choice { level, policy, day: Moment::now().wire_day() };
    let shared = Shared::new(app.config.site(site), &head.headers);
    let answer = choose(&app, message).await;
    let done = answer.is_ok();
    let mut response = to_page(signal, answer);
    if let Some(shared) = shared {
        shared.allow(response.headers_mut());
        if done {
            shared.set(choice, response.headers_mut());
        }
    }
    response
}

async fn read(app: &App, body: Body) -> Result<ConsentMessage, Refuse> {
    let body = body::read(body, app.config.edge.body()).await?;
    Ok(decode::consent(&body)?)
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
            let receipt = Receipt::of_grant(grant, app.code.hash().await)
                .map_err(|_| Refused::new(Refusal::Unavailable, "no random numbers: try again"))?;
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
pub(super) async fn forget(State(app): State<Arc<App>>, body: Body) -> impl IntoResponse {
    to_any_origin(erase(&app, body).await)
}

async fn erase(app: &App, body: Body) -> Result<Json<Forgotten>, Refuse> {
    let body = body::read(body, app.config.edge.body()).await?;
    let forget = decode::forget(&body)?;
    app.sites.admit(&forget.site, Level::None)?;
    app.store.forget(&forget.site, &forget.id, app.code.hash().await).await?;
    Ok(Json(Forgotten { erased: true }))
}
