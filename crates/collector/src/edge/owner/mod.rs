//! The private listener: what the site's owner uses.

mod dashboard;
mod metrics;
mod report;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header, uri::Authority};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::set_header::SetResponseHeaderLayer;

use super::app::App;
use super::reason::Reason;
use super::refuse::{Refuse, no_such_method, no_such_path};
use super::routes::{Route, at, router};
use super::{health, openapi};
use crate::config::Token;

/// The routes that need the token, if there is one.
pub(super) fn guarded() -> Vec<Route> {
    vec![
        at("/", get(dashboard::page)),
        at("/report.css", get(dashboard::style)),
        at("/api/v1/report", get(report::report)),
        at("/metrics", get(metrics::metrics)),
        at("/openapi.json", get(openapi::private)),
    ]
}

/// The routes that need no token.
pub(super) fn open() -> Vec<Route> {
    vec![at("/health/live", get(health::live)), at("/health/ready", get(health::ready))]
}

pub(super) fn routes(app: &Arc<App>, token: Option<Token>) -> Router {
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let mut asked = router(guarded()).fallback(no_such_path).method_not_allowed_fallback(no_such_method);
    if let Some(token) = token {
        asked = asked.layer(middleware::from_fn_with_state(Arc::new(token), token::require));
    }
    let mut routes = router(open()).method_not_allowed_fallback(no_such_method).merge(asked);
    // No web page reaches a socket file under any name.
    if app.config.private.address().is_some() {
        routes = routes.layer(middleware::from_fn(own_host));
    }
    routes
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .with_state(Arc::clone(app))
}

/// Refuses requests for a host name that a web page could point here (DNS rebinding). Otherwise any page that the owner visits
/// could read the reports.
async fn own_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let own = host.and_then(|host| host.parse::<Authority>().ok()).is_some_and(|authority| {
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost") || host.parse::<std::net::IpAddr>().is_ok()
    });
    if own {
        next.run(request).await
    } else {
        let why = "the private listener answers only for the host localhost or an IP address: a proxy in front of it must set Host accordingly";
        Refuse::own(Reason::Misdirected, why).into_response()
    }
}
