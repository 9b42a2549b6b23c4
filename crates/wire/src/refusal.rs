//! Every reason for which the collector refuses, each with its HTTP status. A refused request stores nothing.

/// Why a request was refused. The name is the `reason` in the answer's JSON: `{"reason":"unknown_site","detail":"…"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// 400: the body is not the JSON of such a message.
    Malformed,
    /// 400: the version of the wire is not the collector's.
    UnsupportedVersion,
    /// 400: the level is none of those that send.
    UnknownLevel,
    /// 400: a value is longer, shorter or shaped otherwise than the wire allows.
    InvalidValue,
    /// 400: a value holds a control character.
    ControlCharacter,
    /// 422: a field that exists at a higher level only.
    FieldAboveLevel,
    /// 422: a field that exists at no level.
    UnknownField,
    /// 404: the site is not in the collector's configuration.
    UnknownSite,
    /// 403: the level is above the site's ceiling.
    LevelAboveCeiling,
    /// 403: the page's origin is none of those that the site names.
    OriginNotAllowed,
    /// 403: the browser says that no script sends it: a form, or the address bar.
    NotByScript,
    /// 413: the body is longer than [`limits::BODY`](crate::limits::BODY).
    BodyTooLarge,
    /// 413: the batch has more hits than [`limits::HITS`](crate::limits::HITS).
    TooManyHits,
    /// 425: no collector of this site has committed a grant of this level for the id. Send the grant, then this message again.
    NoGrant,
    /// 410: the id was withdrawn, or its consent has expired: nothing is stored under it any more.
    Withdrawn,
    /// 429: the network that it comes from sends more than the collector takes: try again.
    TooManyRequests,
    /// 503: the store does not answer, or more requests wait than it takes. Nothing was stored: try again.
    Unavailable,
}

impl Refusal {
    /// All reasons.
    pub const ALL: [Self; 17] = [
        Self::Malformed,
        Self::UnsupportedVersion,
        Self::UnknownLevel,
        Self::InvalidValue,
        Self::ControlCharacter,
        Self::FieldAboveLevel,
        Self::UnknownField,
        Self::UnknownSite,
        Self::LevelAboveCeiling,
        Self::OriginNotAllowed,
        Self::NotByScript,
        Self::BodyTooLarge,
        Self::TooManyHits,
        Self::NoGrant,
        Self::Withdrawn,
        Self::TooManyRequests,
        Self::Unavailable,
    ];

    /// The machine-readable reason.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnsupportedVersion => "unsupported_version",
            Self::UnknownLevel => "unknown_level",
            Self::InvalidValue => "invalid_value",
            Self::ControlCharacter => "control_character",
            Self::FieldAboveLevel => "field_above_level",
            Self::UnknownField => "unknown_field",
            Self::UnknownSite => "unknown_site",
            Self::LevelAboveCeiling => "level_above_ceiling",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::NotByScript => "not_by_script",
            Self::BodyTooLarge => "body_too_large",
            Self::TooManyHits => "too_many_hits",
            Self::NoGrant => "no_grant",
            Self::Withdrawn => "withdrawn",
            Self::TooManyRequests => "too_many_requests",
            Self::Unavailable => "unavailable",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed
            | Self::UnsupportedVersion
            | Self::UnknownLevel
            | Self::InvalidValue
            | Self::ControlCharacter => 400,
            Self::LevelAboveCeiling | Self::OriginNotAllowed | Self::NotByScript => 403,
            Self::UnknownSite => 404,
            Self::BodyTooLarge | Self::TooManyHits => 413,
            Self::FieldAboveLevel | Self::UnknownField => 422,
            Self::NoGrant => 425,
            Self::Withdrawn => 410,
            Self::TooManyRequests => 429,
            Self::Unavailable => 503,
        }
    }
}

/// A refusal and what it is about. The detail never repeats a value of the message, because it may be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The machine-readable reason.
    pub reason: Refusal,
    /// What to look at: a field's path, a limit.
    pub detail: String,
}

impl Refused {
    /// A refusal with its detail.
    pub fn new(reason: Refusal, detail: impl Into<String>) -> Self {
        Self { reason, detail: detail.into() }
    }
}
