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
    /// A file of the script's cannot be read, for a reason that is the owner's to find.
    Unreadable,
    /// The private listener is asked for under a name that a web page could point to it.
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
