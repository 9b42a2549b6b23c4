//! Why a browser sends a request, from headers that no page can set (Fetch, "forbidden request-header").

use askfirst_wire::Refusal;
use askfirst_wire::decode::Refused;
use axum::http::{HeaderMap, HeaderName};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// `prefetch`, with `;prerender` if the page is rendered too (Fetch, section 2.2.5); and the headers that browsers sent before
/// the standard.
const PURPOSE: [HeaderName; 3] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-moz"),
];

/// Whether the browser prefetches or prerenders the page, which nobody may ever see.
pub(super) fn is_prefetch(headers: &HeaderMap) -> bool {
    let words =
        PURPOSE.into_iter().flat_map(|name| headers.get_all(name)).filter_map(|value| value.to_str().ok());
    words
        .flat_map(|value| value.split([',', ';']))
        .map(str::trim)
        .any(|word| ["prefetch", "prerender", "preview"].iter().any(|ahead| word.eq_ignore_ascii_case(ahead)))
}

/// Refuses messages that no script sent. A form that another site's page posts here is a navigation (Fetch Metadata, section 2.4).
/// An address that somebody typed or another program opened belongs to no page (section 2.2). Requests without these headers are
/// accepted: older browsers and other clients do not send them.
///
/// # Errors
/// [`Refusal::NotByScript`].
pub(super) fn check(headers: &HeaderMap) -> Result<(), Refused> {
    let says = |name: HeaderName, word: &str| headers.get_all(name).iter().any(|value| value == word);
    if says(MODE, "navigate") || says(SITE, "none") {
        return Err(Refused::new(
            Refusal::NotByScript,
            "the browser reports that this request was not sent by a page's script",
        ));
    }
    Ok(())
}
