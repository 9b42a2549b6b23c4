//! The private listener's routes: reports and metrics.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderName, HeaderValue, Uri, header, uri::Authority};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use tower_http::set_header::SetResponseHeaderLayer;

use super::answer::{Refuse, no_such_method, no_such_path};
use super::reason::Reason;
use super::routes::{Route, at, router};
use super::{App, health, openapi, page, token};
use crate::config::Token;
use crate::moment::today;
use crate::report::{self, Asked, Invalid, Question, Report};
use crate::store::{StoreError, schema};

/// What is shown to who has the token, where there is one.
pub(super) fn guarded() -> Vec<Route> {
    vec![
        at("/", get(page::page)),
        at("/report.css", get(page::style)),
        at("/api/v1/report", get(report)),
        at("/metrics", get(metrics)),
        at("/openapi.json", get(openapi::private)),
    ]
}

/// What whoever gets here may ask.
pub(super) fn open() -> Vec<Route> {
    vec![at("/health/live", get(health::live)), at("/health/ready", get(health::ready))]
}

pub(super) fn routes(app: &Arc<App>, token: Option<Token>) -> Router {
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    let mut asked = router(guarded()).fallback(no_such_path).method_not_allowed_fallback(no_such_method);
    if let Some(token) = token {
        asked = asked.layer(middleware::from_fn_with_state(Arc::new(token), token::want));
    }
    let mut routes = router(open()).method_not_allowed_fallback(no_such_method).merge(asked);
    // No web page reaches a socket file, whatever it is called.
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

/// Refuses requests under a name that a web page could point here (DNS rebinding): without it, any page that the owner
/// visits could read the reports.
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

async fn report(State(app): State<Arc<App>>, uri: Uri) -> Result<Json<Report>, Refuse> {
    let question = asked(&uri)?.check(&app.config, today())?;
    let mut reports = read(&app, vec![question]).await?;
    Ok(Json(reports.pop().unwrap_or_default()))
}

/// Numbers for Prometheus.
async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    let file = app.store.file();
    let log = schema::log_of(file);
    let database = tokio::fs::metadata(file).await.map_or(0, |file| file.len());
    let log = tokio::fs::metadata(log).await.map_or(0, |file| file.len());
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], app.metrics.text(database, log))
}

/// The parameters, where each is known and stands once.
fn asked(uri: &Uri) -> Result<Asked, Invalid> {
    Query::try_from_uri(uri).map(|Query(asked)| asked).map_err(|_| {
        Invalid::Parameter(
            "the parameters are site, from, to, by and page; each may be given once".to_owned(),
        )
    })
}

/// Reads reports without holding up the requests beside them.
pub(super) async fn read(app: &App, questions: Vec<Question>) -> Result<Vec<Report>, StoreError> {
    let file = app.store.file().to_owned();
    match tokio::task::spawn_blocking(move || report::read_all(&file, &questions)).await {
        Ok(reports) => reports.inspect_err(|error| app.store.failed_to_read(error)),
        Err(error) => Err(StoreError::File {
            path: app.store.file().to_owned(),
            source: std::io::Error::other(error.to_string()),
        }),
    }
}
