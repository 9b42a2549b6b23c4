//! The public listener's routes.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::routing::{get, post};
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{App, collect, consent, files, health, well_known};

/// How long a browser may remember that a preflight was allowed.
const PREFLIGHT: Duration = Duration::from_hours(24);

pub(super) fn routes(app: &Arc<App>) -> Router {
    // Any origin, and never with credentials: the collector has no use for a cookie of anybody.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST])
        .allow_headers([header::CONTENT_TYPE])
        .max_age(PREFLIGHT)
        .vary([]);
    let messages = Router::new()
        .route("/collect", post(collect::collect))
        .route("/consent", post(consent::consent))
        .route("/forget", post(consent::forget))
        .layer(cors)
        .layer(SetResponseHeaderLayer::overriding(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ));

    let document = well_known::document(&app.config);
    let document = get(async move || {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ];
        (headers, document)
    });

    let mut routes = Router::new()
        .route("/.well-known/askfirst.json", document)
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(files::script(&app.config.assets))
        .merge(messages)
        .fallback(async || (StatusCode::NOT_FOUND, "not found\n"));
    if let Some(directory) = &app.config.demo {
        routes = routes.merge(files::demo(directory));
    }
    routes
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .with_state(Arc::clone(app))
}
