//! Reasons of the edge's own, beside those of the wire: what is wrong is the request, and not a message.

use axum::http::StatusCode;

/// Why the edge refuses. The name is the `reason` of the answer, as the wire's are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A parameter of a report is missing, or says nothing that is known.
    InvalidParameter,
    /// The private listener wants a token, and this is none.
    Unauthorized,
    /// Nothing stands at that path.
    NotFound,
    /// What stands there is not asked in that way.
    MethodNotAllowed,
    /// The private listener is asked for under a name that a web page could point to it.
    Misdirected,
}

impl Reason {
    /// The machine-readable reason.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::InvalidParameter => "invalid_parameter",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Misdirected => "misdirected",
        }
    }

    /// The HTTP status.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::InvalidParameter => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        }
    }
}
