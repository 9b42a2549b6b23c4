//! A signal that arrives with the request: Global Privacy Control, or Do Not Track. The page is told, since a browser may send
//! what it does not show to scripts; nothing of it is stored. What a page sends on leaving says so in its body, where an extension
//! does not add its header.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");
/// Tells the page that its request carried a signal.
const SIGNAL: HeaderName = HeaderName::from_static("askfirst-signal");

/// What pages of other origins may read of an answer.
pub(super) const READABLE: HeaderValue = HeaderValue::from_static("askfirst-signal, retry-after");

/// Whether the browser says no. Exactly `1` says so; of several lines one is enough (Global Privacy Control, section 3).
pub(super) fn is_sent(headers: &HeaderMap) -> bool {
    [SEC_GPC, header::DNT].iter().any(|name| headers.get_all(name).iter().any(|value| value == "1"))
}

/// Tells the page.
pub(super) fn tell(answer: &mut HeaderMap) {
    answer.insert(SIGNAL, HeaderValue::from_static("1"));
    answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READABLE);
}
