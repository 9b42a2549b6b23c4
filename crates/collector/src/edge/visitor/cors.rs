//! Which pages may send messages and read the answers (CORS).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::signal;

/// Adds the headers that every answer to a message carries. Any origin may send, without credentials. If the site's own pages
/// may send cookies, [`SameSitePage::allow`](super::cookie::SameSitePage::allow) changes these headers afterwards. Set here and not by a layer,
/// which every hit would pay for.
pub(super) fn to_any_origin<A: IntoResponse>(answer: A) -> impl IntoResponse {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, answer)
}

/// The same, and tells the page if its request carried a privacy signal.
pub(super) fn to_page<A: IntoResponse>(signal: bool, answer: A) -> Response {
    let mut response = to_any_origin(answer).into_response();
    if signal {
        signal::add_header(response.headers_mut());
    }
    response
}

/// Answers a preflight request: any origin may POST a message, without credentials. The requested headers are allowed as they are
/// named: tools that wrap the page's `fetch` add some, such as `traceparent` and `authorization`, which are not read here.
pub(super) async fn preflight(requested: HeaderMap) -> impl IntoResponse {
    let named = requested.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, named.unwrap_or(HeaderValue::from_static("content-type"))),
        (header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
        (header::VARY, HeaderValue::from_static("Access-Control-Request-Headers")),
    ];
    to_any_origin((StatusCode::NO_CONTENT, headers))
}
