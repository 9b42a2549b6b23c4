//! `GET /openapi.json`: the routes of this listener, what they take and what they answer, in the form of `OpenAPI` 3.1.

use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

#[cfg(test)]
mod tests;

/// What the public listener answers.
const PUBLIC: &str = include_str!("../../openapi/public.json");
/// What the private listener answers.
const PRIVATE: &str = include_str!("../../openapi/private.json");

const JSON: (HeaderName, &str) = (header::CONTENT_TYPE, "application/json");

/// For everybody, for an hour.
pub(super) async fn public() -> impl IntoResponse {
    let headers =
        [JSON, (header::CACHE_CONTROL, "public, max-age=3600"), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, PUBLIC)
}

/// For who may see the rest.
pub(super) async fn private() -> impl IntoResponse {
    ([JSON], PRIVATE)
}
