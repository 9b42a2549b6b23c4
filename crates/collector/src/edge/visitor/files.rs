//! Static files: the script, what it loads later, and the demo.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path as UrlPath;
use axum::extract::rejection::PathRejection;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{MethodRouter, get};
use mime::Mime;
use tower_http::services::fs::{Backend, DefaultServeDirFallback};
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::builds::{Builds, PARTS, SCRIPT, Source, TEXTS, is_text};
use crate::config::Demo;
use crate::edge::app::App;
use crate::edge::reason::Reason;
use crate::edge::refuse::Refuse;
use crate::edge::routes::{Route, at};

/// The parameters of a path, or why they cannot be read.
type PathParams<T> = Result<UrlPath<T>, PathRejection>;
/// What the answer calls a missing file of a build.
const OF_BUILD: &str = "that file of that build";

/// How long a browser caches the script, so that an update soon reaches every visitor. Its other files are not cached for longer, or
/// they could meet a script of another build.
const HOUR: &str = "public, max-age=3600";
/// How long a browser caches files that are named by their build. They never change.
const YEAR: &str = "public, max-age=31536000, immutable";

/// `GET /askfirst.js` and the files that belong to it, compressed where a compressed file stands beside them, with `ETag`.
pub(super) fn script(source: &Source) -> Vec<Route> {
    let one = |name: &'static str| {
        let source = source.clone();
        let answer =
            async move |request: Request<Body>| file_or_why(&source, name, request, name, HOUR).await;
        at(format!("/{name}"), to_any_page(get(answer)))
    };
    let texts = source.clone();
    let text = get(async move |name: PathParams<String>, request: Request<Body>| match name {
        Ok(UrlPath(name)) if is_text(&name) => {
            let path = format!("{TEXTS}/{name}");
            words_or_none(file_or_why(&texts, &path, request, "a text of that language", HOUR).await, HOUR)
        }
        _ => missing("a text of that language"),
    });
    let mut routes: Vec<Route> = PARTS.into_iter().chain([SCRIPT]).map(one).collect();
    routes.push(at(format!("/{TEXTS}/{{name}}"), to_any_page(text)));
    routes
}

/// `GET /v/…`: the same files by the name of their build: the current one and earlier ones.
pub(super) fn pinned(builds: &Arc<Builds>) -> Vec<Route> {
    let files = |folder: &'static str| {
        let builds = Arc::clone(builds);
        let answer = async move |place: PathParams<(String, String)>, request: Request<Body>| match place {
            Ok(UrlPath((build, name))) => of_build(&builds, build, format!("{folder}{name}"), request).await,
            Err(_) => missing(OF_BUILD),
        };
        at(format!("/v/{{build}}/{folder}{{name}}"), to_any_page(get(answer)))
    };
    vec![files(""), files("askfirst-texts/")]
}

async fn of_build(builds: &Arc<Builds>, build: String, name: String, request: Request<Body>) -> Response {
    let build = match builds.named(build).await {
        Ok(build) => build,
        Err(error) => return unreadable(&error, OF_BUILD),
    };
    let words = name.strip_prefix("askfirst-texts/").is_some_and(is_text);
    match build {
        Some(build) if build.integrity(&name).is_some() => {
            file_or_why(build.source(), &name, request, OF_BUILD, YEAR).await
        }
        Some(_) if words => words_or_none(missing(OF_BUILD), YEAR),
        _ => missing(OF_BUILD),
    }
}

/// Answers 204 if there are no texts in a language. A page may have any `lang`, and the script has English. A 404 would be an error in
/// the console of every page.
fn words_or_none(response: Response, caching: &'static str) -> Response {
    if response.status() != StatusCode::NOT_FOUND {
        return response;
    }
    let headers = [(header::CACHE_CONTROL, caching), (header::VARY, "accept-encoding")];
    (StatusCode::NO_CONTENT, headers).into_response()
}

fn mime_of(name: &str) -> Mime {
    if name.ends_with(".json") { mime::APPLICATION_JSON } else { javascript() }
}

fn javascript() -> Mime {
    "text/javascript; charset=utf-8".parse().unwrap_or(mime::TEXT_JAVASCRIPT)
}

/// Lets pages of other origins load the files, with `integrity` and under COEP too. Their content is the same for everybody.
fn to_any_page(answers: MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>> {
    let header = |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    answers
        .route_layer(header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .route_layer(header(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"))
}

fn missing(what: &str) -> Response {
    let why = format!("{what} is not among the files of the script (--assets)");
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::VARY, "accept-encoding")];
    (headers, Refuse::own(Reason::NotFound, why)).into_response()
}

fn unreadable(error: &std::io::Error, what: &str) -> Response {
    tracing::error!(%error, "{what} cannot be read");
    Refuse::own(Reason::Unreadable, format!("{what} cannot be read: see the log")).into_response()
}

/// A file of the script, compressed for browsers that take it so.
async fn file(source: &Source, path: &str, request: Request<Body>) -> std::io::Result<Response> {
    let mime = mime_of(path);
    match source {
        Source::Directory(directory) => {
            let file = ServeFile::new_with_mime(directory.join(path), &mime);
            let answer = file.precompressed_br().precompressed_gzip().try_call(request).await?;
            Ok(answer.map(Body::new))
        }
        #[cfg(feature = "embed")]
        Source::Embedded => embedded_file(path, &mime, request).await,
    }
}

#[cfg(feature = "embed")]
async fn embedded_file(path: &str, mime: &Mime, mut request: Request<Body>) -> std::io::Result<Response> {
    // The files of a directory are found by the request's path.
    *request.uri_mut() = format!("/{path}").parse().map_err(std::io::Error::other)?;
    let files = ServeDir::with_backend("", crate::builds::embedded::SCRIPT);
    let answer = files.precompressed_br().precompressed_gzip().try_call(request).await?;
    let mut answer = answer.map(Body::new);
    if let (Some(kind), Ok(mime)) =
        (answer.headers_mut().get_mut(header::CONTENT_TYPE), mime.as_ref().parse())
    {
        *kind = mime;
    }
    Ok(answer)
}

async fn file_or_why(
    source: &Source,
    path: &str,
    request: Request<Body>,
    what: &str,
    caching: &'static str,
) -> Response {
    let mut response = match file(source, path, request).await {
        Ok(response) => response,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return missing(what),
        Err(error) => unreadable(&error, what),
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

/// What is shown for a missing page of a demo without a page for that.
const NO_PAGE: &str = "<!doctype html><meta charset=utf-8><title>Not found</title><h1>Not found</h1><p><a href=/demo/>The demo</a>";

/// `GET /demo/…`: plain files, `index.html` for a directory, the demo's `404.html` for what is not there.
pub(super) fn demo<S: Clone + Send + Sync + 'static>(demo: &Demo) -> Router<S> {
    match demo {
        Demo::Directory(directory) => {
            let missing = std::fs::read_to_string(directory.join("404.html")).ok();
            demo_of(ServeDir::new(directory), missing)
        }
        #[cfg(feature = "embed")]
        Demo::Embedded => {
            let files = crate::builds::embedded::DEMO;
            let missing = files.get("404.html").map(|page| String::from_utf8_lossy(page).into_owned());
            demo_of(ServeDir::with_backend("", files), missing)
        }
    }
}

fn demo_of<S, B>(files: ServeDir<DefaultServeDirFallback, B>, missing: Option<String>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    B: Backend + Sync,
{
    let missing = missing.unwrap_or_else(|| NO_PAGE.to_owned());
    let missing = get(move || async move { (StatusCode::NOT_FOUND, Html(missing)) });
    let files = files.redirect_path_prefix("/demo").fallback(missing.with_state(()));
    Router::new()
        .nest_service("/demo/", files)
        .route("/demo", get(async || Redirect::permanent("/demo/")))
        .route("/", get(async || Redirect::temporary("/demo/")))
}
