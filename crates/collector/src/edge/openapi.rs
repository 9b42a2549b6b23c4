//! `GET /openapi.json`: the routes of each listener, as `OpenAPI` 3.1.

use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

#[cfg(test)]
mod tests;

/// The document of the public listener.
const PUBLIC: &str = include_str!("../../openapi/public.json");
/// The document of the private listener.
const PRIVATE: &str = include_str!("../../openapi/private.json");

const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

/// Answers on the public listener. Browsers may cache it for an hour.
pub(super) async fn public() -> impl IntoResponse {
    let headers =
        [JSON, (header::CACHE_CONTROL, "public, max-age=3600"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, PUBLIC)
}

/// Answers on the private listener.
pub(super) async fn private() -> impl IntoResponse {
    ([JSON], PRIVATE)
}
