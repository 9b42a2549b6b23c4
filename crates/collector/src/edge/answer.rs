//! Refusals as answers: `{"reason":"unknown_site","detail":"…"}`, with the reason in a header too, for those who only see
//! headers.

use askfirst_wire::Refusal;
use askfirst_wire::decode::Refused;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::reason::Reason;
use super::signal;
use crate::metrics;
use crate::report::Invalid;
use crate::store::{StoreError, Unavailable};

/// The header that repeats the reason.
const REASON: HeaderName = HeaderName::from_static(metrics::REASON);

/// Seconds for which a collector that cannot keep a message wants to be left in peace.
const PEACE: u64 = 5;

/// What every answer to a message carries. Any origin may send, and without credentials; where the site's own pages may send
/// cookies, [`Page::allow`](super::cookie::Page::allow) says so afterwards. Set here and not by a layer, which would be paid for by every hit.
pub(super) fn to_any_origin<A: IntoResponse>(answer: A) -> impl IntoResponse {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, answer)
}

/// The same, and the page is told where its request carried a signal.
pub(super) fn to_page<A: IntoResponse>(signal: bool, answer: A) -> Response {
    let mut response = to_any_origin(answer).into_response();
    if signal {
        signal::tell(response.headers_mut());
    }
    response
}

/// Answers a preflight: what a message may be, from any origin.
pub(super) async fn preflight() -> impl IntoResponse {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    to_any_origin((StatusCode::NO_CONTENT, headers))
}

/// Answers requests for a path that does not exist.
pub(super) async fn no_such_path() -> Refuse {
    Refuse::own(Reason::NotFound, "there is nothing at this path: docs/answers.md lists all paths")
}

/// Answers requests with a method that the path does not allow. The header `Allow` names those that it does.
pub(super) async fn no_such_method() -> Refuse {
    Refuse::own(Reason::MethodNotAllowed, "this path does not allow this method: see the header Allow")
}

/// Why a request was refused.
#[derive(Debug)]
pub(super) struct Refuse {
    status: StatusCode,
    reason: &'static str,
    detail: String,
    /// Whether to close the connection, because the rest of the request was not read.
    close: bool,
    /// Seconds after which to retry.
    wait: Option<u64>,
}

#[derive(Serialize)]
struct Told {
    reason: &'static str,
    detail: String,
}

impl Refuse {
    /// A refusal for one of the edge's own reasons.
    pub(super) fn own(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            status: reason.status(),
            reason: reason.reason(),
            detail: detail.into(),
            close: false,
            wait: None,
        }
    }

    /// Also closes the connection.
    pub(super) fn and_close(mut self) -> Self {
        self.close = true;
        self
    }

    /// The network exceeded its limit and may retry after this many seconds.
    pub(super) fn too_many(seconds: u64) -> Self {
        let refused =
            Refused::new(Refusal::TooManyRequests, "your network sends more than the limit for one network");
        Self { wait: Some(seconds), ..refused.into() }
    }
}

impl From<Refused> for Refuse {
    fn from(refused: Refused) -> Self {
        let Refused { reason, detail } = refused;
        let status = StatusCode::from_u16(reason.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let wait = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(PEACE);
        Self { status, reason: reason.reason(), detail, close: false, wait }
    }
}

impl From<Unavailable> for Refuse {
    fn from(unavailable: Unavailable) -> Self {
        Refused::new(Refusal::Unavailable, format!("{unavailable}: try again")).into()
    }
}

impl From<StoreError> for Refuse {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the database cannot be read");
        Refused::new(Refusal::Unavailable, "the database is not available: try again").into()
    }
}

impl From<Invalid> for Refuse {
    fn from(invalid: Invalid) -> Self {
        match invalid {
            Invalid::Site(detail) => Refused::new(Refusal::UnknownSite, detail).into(),
            Invalid::Parameter(detail) => Self::own(Reason::InvalidParameter, detail),
        }
    }
}

impl IntoResponse for Refuse {
    fn into_response(self) -> Response {
        let Self { status, reason, detail, close, wait } = self;
        let headers = [(REASON, HeaderValue::from_static(reason))];
        let mut response = (status, headers, Json(Told { reason, detail })).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, signal::READABLE);
        }
        if close {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_that_is_busy_asks_for_peace_and_pages_of_other_origins_can_read_it() {
        let busy: Refuse = Refused::new(Refusal::Unavailable, "try again").into();
        let answer = busy.into_response();
        assert_eq!(answer.headers()[header::RETRY_AFTER], "5");
        let readable = answer.headers()[header::ACCESS_CONTROL_EXPOSE_HEADERS].to_str().unwrap_or_default();
        assert!(readable.contains("retry-after"));
        let wrong: Refuse = Refused::new(Refusal::Malformed, "no JSON").into();
        assert!(!wrong.into_response().headers().contains_key(header::RETRY_AFTER));
    }
}
