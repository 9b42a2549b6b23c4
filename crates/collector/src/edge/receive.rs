//! What every message passes on its way in. There is no other way to its body.

use askfirst_wire::Refusal;
use askfirst_wire::decode::Refused;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::answer::Refuse;
use super::peers::Peer;
use super::{App, body, fetch};
use crate::config::Site;

/// The body of a message.
///
/// # Errors
/// [`Refusal::TooManyRequests`], [`Refusal::NotByScript`], and as [`body::read`].
pub(super) async fn message(app: &App, head: &Parts, body: Body) -> Result<Bytes, Refuse> {
    let deadline = app.config.edge.body();
    if let Err(refuse) = may_enter(app, head) {
        // Whoever still sends hears the answer only once it is done.
        let _ = body::read(body, deadline).await;
        return Err(refuse);
    }
    body::read(body, deadline).await
}

fn may_enter(app: &App, head: &Parts) -> Result<(), Refuse> {
    if let Some(peer) = head.extensions.get::<Peer>() {
        app.peers.take(peer, &head.headers).map_err(Refuse::too_many)?;
    }
    Ok(fetch::check(&head.headers)?)
}

/// Holds the page that sends against the origins that its site names. Where no origin is told, no browser's page sends across
/// origins, and there is nothing to hold.
///
/// # Errors
/// [`Refusal::OriginNotAllowed`].
pub(super) fn origin(site: Option<&Site>, headers: &HeaderMap) -> Result<(), Refused> {
    let Some(site) = site.filter(|site| !site.origins.is_empty()) else { return Ok(()) };
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let allowed = match (origins.next(), origins.next()) {
        (None, _) => true,
        (Some(origin), None) => origin.to_str().is_ok_and(|origin| site.allows(origin)),
        (Some(_), Some(_)) => false,
    };
    if allowed {
        return Ok(());
    }
    Err(Refused::new(
        Refusal::OriginNotAllowed,
        "the page's origin is not in the site's `origins` in the collector's configuration",
    ))
}
