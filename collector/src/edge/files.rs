//! Static files: the script and the demo.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// The script's file name, and its path.
pub(super) const SCRIPT: &str = "askfirst.js";

/// `GET /askfirst.js`, compressed where a compressed file stands beside it, with `ETag`.
pub(super) fn script<S: Clone + Send + Sync + 'static>(assets: &Path) -> Router<S> {
    let mime = "text/javascript; charset=utf-8".parse().unwrap_or(mime::TEXT_JAVASCRIPT);
    let file = ServeFile::new_with_mime(assets.join(SCRIPT), &mime).precompressed_br().precompressed_gzip();
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route_service(
            &format!("/{SCRIPT}"),
            get(move |request: Request<Body>| script_or_why(file.clone(), request)),
        )
        // Pages of other origins load it, with `integrity` and under COEP too. Nothing in it depends on who asks.
        .route_layer(header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .route_layer(header(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
}

async fn script_or_why(mut file: ServeFile, request: Request<Body>) -> Response {
    let mut response = match file.try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            (StatusCode::NOT_FOUND, "askfirst.js does not stand in the directory that --assets names\n")
                .into_response()
        }
        Err(error) => {
            tracing::error!(%error, "askfirst.js cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    let caching = match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT => "public, max-age=3600",
        _ => "no-store",
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// `GET /demo/…`: plain files, `index.html` for a directory, the demo's `404.html` for what is not there.
pub(super) fn demo<S: Clone + Send + Sync + 'static>(directory: &Path) -> Router<S> {
    let missing = match std::fs::read_to_string(directory.join("404.html")) {
        Ok(page) => page,
        Err(_) => "<!doctype html><meta charset=utf-8><title>Not found</title><h1>Not found</h1><p><a href=/demo/>The demo</a>"
            .to_owned(),
    };
    let missing = get(move || async move { (StatusCode::NOT_FOUND, Html(missing)) });
    let files = ServeDir::new(directory).redirect_path_prefix("/demo").fallback(missing.with_state(()));
    Router::new()
        .nest_service("/demo/", files)
        .route("/demo", get(async || Redirect::permanent("/demo/")))
        .route("/", get(async || Redirect::temporary("/demo/")))
}
