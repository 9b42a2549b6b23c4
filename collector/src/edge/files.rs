//! Static files: the script, what it loads later, and the demo.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path as UrlPath;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{MethodRouter, get};
use mime::Mime;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use super::App;
use super::answer::Refuse;
use super::reason::Reason;
use super::routes::{Route, at};

/// The script's file name, and its path.
pub(super) const SCRIPT: &str = "askfirst.js";
/// What the script loads when it needs it, or a page beside it.
const PARTS: [&str; 7] = [
    "askfirst-preferences.js",
    "askfirst-adapters.js",
    "askfirst-explain.js",
    "askfirst-capture.js",
    "askfirst-vitals.js",
    "askfirst-debug.js",
    "askfirst-plain.js",
];
/// The directory of the texts in other languages, and its path.
const TEXTS: &str = "askfirst-texts";
/// How long a browser keeps the script: an update reaches every visitor soon.
const HOUR: &str = "public, max-age=3600";
/// How long a browser keeps the rest.
const DAY: &str = "public, max-age=86400";

/// `GET /askfirst.js` and the files that belong to it, compressed where a compressed file stands beside them, with `ETag`.
pub(super) fn script(assets: &Path) -> Vec<Route> {
    let javascript: Mime = "text/javascript; charset=utf-8".parse().unwrap_or(mime::TEXT_JAVASCRIPT);
    let one = |name: &'static str, caching: &'static str| {
        let file = compressed(&assets.join(name), &javascript);
        let answer =
            async move |request: Request<Body>| file_or_why(file.clone(), request, name, caching).await;
        at(format!("/{name}"), to_any_page(get(answer)))
    };
    let texts = assets.join(TEXTS);
    let text =
        get(async move |name: Result<UrlPath<String>, PathRejection>, request: Request<Body>| match name {
            Ok(UrlPath(name)) if is_text(&name) => {
                let file = compressed(&texts.join(name), &mime::APPLICATION_JSON);
                file_or_why(file, request, "a text of that language", DAY).await
            }
            _ => missing("a text of that language"),
        });
    let mut routes: Vec<Route> = PARTS.into_iter().map(|name| one(name, DAY)).collect();
    routes.push(one(SCRIPT, HOUR));
    routes.push(at(format!("/{TEXTS}/{{name}}"), to_any_page(text)));
    routes
}

/// Pages of other origins load them, with `integrity` and under COEP too. Nothing in them depends on who asks.
fn to_any_page(answers: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    answers
        .route_layer(header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .route_layer(header(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
}

/// A file name made of a short language tag: nothing in it leads out of the directory.
fn is_text(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|tag| {
        (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    })
}

fn compressed(file: &Path, mime: &Mime) -> ServeFile {
    ServeFile::new_with_mime(file, mime).precompressed_br().precompressed_gzip()
}

fn missing(what: &str) -> Response {
    let why = format!("{what} does not stand in the directory that --assets names");
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::VARY, "accept-encoding")];
    (headers, Refuse::own(Reason::NotFound, why)).into_response()
}

async fn file_or_why(
    mut file: ServeFile,
    request: Request<Body>,
    what: &str,
    caching: &'static str,
) -> Response {
    let mut response = match file.try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return missing(what),
        Err(error) => {
            tracing::error!(%error, "{what} cannot be read");
            Refuse::own(Reason::Unreadable, format!("{what} cannot be read: the log says why"))
                .into_response()
        }
    };
    let caching = match response.status() {
        StatusCode::OK | StatusCode::NOT_MODIFIED | StatusCode::PARTIAL_CONTENT => caching,
        StatusCode::NOT_FOUND => return missing(what),
        _ => "no-store",
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// `GET /demo/…`: plain files, `index.html` for a directory, the demo's `404.html` for what is not there.
pub(super) fn demo<S: Clone + Send + Sync + 'static>(directory: &Path) -> Router<S> {
    let missing = match std::fs::read_to_string(directory.join("404.html")) {
        Ok(page) => page,
        Err(_) => "<!doctype html><meta charset=utf-8><title>Not found</title><h1>Not found</h1><p><a href=/demo/>The demo</a>"
            .to_owned(),
    };
    let missing = get(move || async move { (StatusCode::NOT_FOUND, Html(missing)) });
    let files = ServeDir::new(directory).redirect_path_prefix("/demo").fallback(missing.with_state(()));
    Router::new()
        .nest_service("/demo/", files)
        .route("/demo", get(async || Redirect::permanent("/demo/")))
        .route("/", get(async || Redirect::temporary("/demo/")))
}

#[cfg(test)]
mod tests {
    use super::is_text;

    #[test]
    fn only_short_tags_name_a_text() {
        for name in ["de.json", "pt-BR.json", "zh-Hant.json", "deu.json"] {
            assert!(is_text(name), "{name}");
        }
        for name in [
            "d.json",
            "zh-Hant-TW.json",
            "..json",
            "../a.json",
            "de.js",
            "de",
            "d3.json",
            "de.json.br",
            ".json",
            "dé.json",
        ] {
            assert!(!is_text(name), "{name}");
        }
    }
}
