//! What a browser says by itself of why it asks: in headers that no page can set (Fetch, "forbidden request-header").

use axum::http::{HeaderMap, HeaderName};

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
