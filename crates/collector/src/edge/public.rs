//! The public listener's routes.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::{get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use super::answer::{no_such_method, no_such_path, preflight};
use super::routes::{Route, at, router};
use super::{App, collect, consent, files, health, mine, openapi, well_known};
use crate::builds::Source;

/// Where pages send to.
pub(super) fn messages() -> Vec<Route> {
    vec![
        at(collect::PATH, post(collect::collect).options(preflight)),
        at("/consent", post(consent::consent).options(preflight)),
        at("/forget", post(consent::forget).options(preflight)),
        at("/mydata", post(mine::my_data).options(preflight)),
    ]
}

/// What everybody may read.
pub(super) fn others(app: &App) -> Vec<Route> {
    let mut routes = vec![
        at("/.well-known/askfirst.json", well_known::answers(&app.config, &app.builds)),
        at("/openapi.json", get(openapi::public)),
        at("/health/live", get(health::live)),
        at("/health/ready", get(health::ready)),
    ];
    routes.extend(files::script(&Source::new(app.config.assets.as_deref())));
    routes.extend(files::pinned(&app.builds));
    routes
}

pub(super) fn routes(app: &Arc<App>) -> Router {
    let mut readable = router(others(app)).fallback(no_such_path);
    if let Some(demo) = &app.config.demo {
        readable = readable.merge(files::demo(demo));
    }
    readable
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .merge(router(messages()))
        .method_not_allowed_fallback(no_such_method)
        .with_state(Arc::clone(app))
}
