//! Checks that every message passes before its body is read.

use askfirst_wire::Refusal;
use askfirst_wire::decode::Refused;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::fetch_metadata;
use crate::config::Site;
use crate::edge::app::App;
use crate::edge::refuse::Refuse;
use crate::edge::transport::body;
use crate::edge::transport::peers::Peer;

/// Reads the body of a message.
///
/// # Errors
/// [`Refusal::TooManyRequests`], [`Refusal::NotByScript`], and if the body cannot be read.
pub(super) async fn message(app: &App, head: &Parts, body: Body) -> Result<Bytes, Refuse> {
    let deadline = app.config.edge.body();
    if let Err(refuse) = may_enter(app, head) {
        // A client that is still sending reads the answer only after that.
        let _ = body::read(body, deadline).await;
        return Err(refuse);
    }
    Ok(body::read(body, deadline).await?)
}

fn may_enter(app: &App, head: &Parts) -> Result<(), Refuse> {
    if let Some(peer) = head.extensions.get::<Peer>() {
        app.peers.take(peer, &head.headers).map_err(Refuse::too_many)?;
    }
    Ok(fetch_metadata::check(&head.headers)?)
}

/// Checks the `Origin` header against the origins that the site declares. Requests without the header are accepted: browsers send
/// it with every request across origins, and other clients can forge it.
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
