//! What a browser says by itself of why it asks: in headers that no page can set (Fetch, "forbidden request-header").

use askfirst_wire::Refusal;
use askfirst_wire::decode::Refused;
use axum::http::{HeaderMap, HeaderName};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// `prefetch`, with `;prerender` where the page is rendered too (Fetch, section 2.2.5); and what browsers sent before that had
/// a name.
const PURPOSE: [HeaderName; 3] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-moz"),
];

/// Whether the browser asks ahead of anybody: nobody may ever see the page.
pub(super) fn is_ahead(headers: &HeaderMap) -> bool {
    let words =
        PURPOSE.into_iter().flat_map(|name| headers.get_all(name)).filter_map(|value| value.to_str().ok());
    words
        .flat_map(|value| value.split([',', ';']))
        .map(str::trim)
        .any(|word| ["prefetch", "prerender", "preview"].iter().any(|ahead| word.eq_ignore_ascii_case(ahead)))
}

/// Messages are sent by scripts. A form that another site's page posts here is a navigation, and what somebody typed into the
/// address bar or another program has the browser open comes of no page at all (Fetch Metadata, sections 2.2 and 2.4). Browsers that
/// do not say are let in, as is whatever is no browser.
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
