//! Refusals as HTTP answers: `{"reason":"unknown_site","detail":"…"}`. A header repeats the reason, for clients that see headers
//! only.

use askfirst_wire::decode::Refused;
use askfirst_wire::{Refusal, limits};
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::reason::Reason;
use super::transport::body::BodyError;
use crate::metrics;
use crate::report::Invalid;
use crate::store::{NotStored, StoreError};

/// The header that repeats the reason.
const REASON: HeaderName = HeaderName::from_static(metrics::REASON);

/// The headers of an answer that pages of other origins may read.
pub(super) const EXPOSED: HeaderValue = HeaderValue::from_static("askfirst-signal, retry-after");

/// `Retry-After` in seconds, if the collector cannot store a message now.
const RETRY_SECONDS: u64 = 5;

/// Answers a request for an unknown path.
pub(super) async fn no_such_path() -> Refuse {
    Refuse::own(Reason::NotFound, "there is nothing at this path: docs/answers.md lists all paths")
}

/// Answers a request with a method that the path does not accept. The header `Allow` lists those that it does.
pub(super) async fn no_such_method() -> Refuse {
    Refuse::own(Reason::MethodNotAllowed, "this path does not allow this method: see the header Allow")
}

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refuse {
    status: StatusCode,
    reason: &'static str,
    detail: String,
    /// Close the connection: the rest of the request was not read, so no other can follow.
    close: bool,
    /// `Retry-After`, in seconds.
    wait: Option<u64>,
}

#[derive(Serialize)]
struct RefusalBody {
    reason: &'static str,
    detail: String,
}

impl Refuse {
    /// A refusal for a reason of the HTTP layer.
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
    fn and_close(mut self) -> Self {
        self.close = true;
        self
    }

    /// Whether it is for this reason.
    pub(super) fn is_for(&self, reason: Refusal) -> bool {
        self.reason == reason.reason()
    }

    /// A network exceeds its rate limit. It may send again after `seconds`.
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
        let wait = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(RETRY_SECONDS);
        Self { status, reason: reason.reason(), detail, close: false, wait }
    }
}

impl From<BodyError> for Refuse {
    fn from(error: BodyError) -> Self {
        let (reason, detail) = match error {
            BodyError::TooLarge => (Refusal::BodyTooLarge, format!("at most {} bytes", limits::BODY)),
            BodyError::BrokenOff => (Refusal::Malformed, "the body broke off".to_owned()),
            BodyError::TooSlow => (Refusal::Malformed, "the body did not arrive in time".to_owned()),
        };
        Self::from(Refused::new(reason, detail)).and_close()
    }
}

impl From<NotStored> for Refuse {
    fn from(why: NotStored) -> Self {
        let reason = match why {
            NotStored::NoGrant => Refusal::NoGrant,
            NotStored::Withdrawn => Refusal::Withdrawn,
            NotStored::Full | NotStored::Down | NotStored::Busy => Refusal::Unavailable,
        };
        Refused::new(reason, why.to_string()).into()
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
        let mut response = (status, headers, Json(RefusalBody { reason, detail })).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
            response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
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
    fn what_the_store_refuses_has_its_own_status() {
        for (why, status, reason) in [
            (NotStored::NoGrant, 425, "no_grant"),
            (NotStored::Withdrawn, 410, "withdrawn"),
            (NotStored::Full, 503, "unavailable"),
            (NotStored::Down, 503, "unavailable"),
            (NotStored::Busy, 503, "unavailable"),
        ] {
            let answer = Refuse::from(why).into_response();
            assert_eq!(answer.status().as_u16(), status);
            assert_eq!(answer.headers()[REASON], reason);
            assert_eq!(answer.headers().contains_key(header::RETRY_AFTER), status == 503, "{why}");
        }
    }

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
