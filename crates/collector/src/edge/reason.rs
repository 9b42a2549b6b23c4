//! Reasons for refusals of the HTTP layer. Those for messages are in `askfirst_wire::Refusal`.

use axum::http::StatusCode;

/// Why the HTTP layer refuses a request. The name is the `reason` of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A parameter of a report is missing or has an unknown value.
    InvalidParameter,
    /// The private listener requires a token, and the request has none or a wrong one.
    Unauthorized,
    /// There is no such path.
    NotFound,
    /// The path does not accept that method.
    MethodNotAllowed,
    /// A script file cannot be read. The log says why.
    Unreadable,
    /// The request names a host that a web page could point to the private listener (DNS rebinding).
    Misdirected,
}

impl Reason {
    /// All of them.
    #[cfg(test)]
    pub(super) const ALL: [Self; 6] = [
        Self::InvalidParameter,
        Self::Unauthorized,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Unreadable,
        Self::Misdirected,
    ];

    /// The machine-readable reason.
    pub(super) const fn reason(self) -> &'static str {
        match self {
            Self::InvalidParameter => "invalid_parameter",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Unreadable => "unreadable",
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
            Self::Unreadable => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        }
    }
}
