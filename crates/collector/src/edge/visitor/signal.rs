//! Privacy signals of a request: Global Privacy Control or Do Not Track. The answer tells the page, because a browser may send a
//! header that it does not show to scripts. Nothing of it is stored. Messages that a page sends on leaving have the signal in their
//! body, because extensions do not add the header to them.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::edge::refuse::EXPOSED;

const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");
/// Tells the page that its request carried a signal.
const SIGNAL: HeaderName = HeaderName::from_static("askfirst-signal");

/// Whether a signal is set. Only `1` sets it; one of several header lines is enough (Global Privacy Control, section 3).
pub(super) fn is_sent(headers: &HeaderMap) -> bool {
    [SEC_GPC, header::DNT].iter().any(|name| headers.get_all(name).iter().any(|value| value == "1"))
}

/// Adds the header that tells the page.
pub(super) fn add_header(answer: &mut HeaderMap) {
    answer.insert(SIGNAL, HeaderValue::from_static("1"));
    answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}
