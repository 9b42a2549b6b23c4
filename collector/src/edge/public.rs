//! The public listener's routes.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::routing::{get, post};
use tower_http::set_header::SetResponseHeaderLayer;

use super::answer::{no_such_method, no_such_path, preflight};
use super::{App, collect, consent, files, health, mine, well_known};

pub(super) fn routes(app: &Arc<App>) -> Router {
    let messages = Router::new()
        .route("/collect", post(collect::collect).options(preflight))
        .route("/consent", post(consent::consent).options(preflight))
        .route("/forget", post(consent::forget).options(preflight))
        .route("/mydata", post(mine::my_data).options(preflight));

    let document = well_known::document(&app.config);
    let document = get(async move || {
        let headers = [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        ];
        (headers, document)
    });

    let mut others = Router::new()
        .route("/.well-known/askfirst.json", document)
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .merge(files::script(&app.config.assets))
        .fallback(no_such_path);
    if let Some(directory) = &app.config.demo {
        others = others.merge(files::demo(directory));
    }
    others
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .merge(messages)
        .method_not_allowed_fallback(no_such_method)
        .with_state(Arc::clone(app))
}
