//! An HTTP client that stores nothing: no cookies, no cache.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use jiff::Timestamp;
use ureq::http::{HeaderMap, Request, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};
use url::Url;

use super::FetchResult;

/// The largest body that is read, in bytes.
const MAX_BODY: u64 = 8 * 1024 * 1024;
/// The deadline of a request.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The most redirects that are followed.
const MAX_REDIRECTS: usize = 5;

/// A response with its body.
#[derive(Clone, Debug)]
pub(super) struct HttpResponse {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// The times of the request and of the response's head.
    pub(super) between: [Timestamp; 2],
}

impl HttpResponse {
    /// A header's value, or an empty string.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// All values of a header.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// The media type, in lower case, without parameters.
    pub(super) fn kind(&self) -> String {
        let kind = self.header("content-type").split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    /// Why a page of another origin cannot read it, or `None` if it can. The CORS header must be there exactly once.
    pub(super) fn hidden_from(&self, origin: &str) -> Option<String> {
        let allowed: Vec<&str> = self.all("access-control-allow-origin").collect();
        match allowed[..] {
            ["*"] => None,
            [one] if one == origin => None,
            [] => Some("the answer has no Access-Control-Allow-Origin".to_owned()),
            [one] => Some(format!("the answer has Access-Control-Allow-Origin: {one}")),
            _ => Some("the answer has Access-Control-Allow-Origin more than once".to_owned()),
        }
    }

    /// The character set of the media type, in lower case.
    pub(super) fn charset(&self) -> Option<String> {
        let kind = self.header("content-type").to_ascii_lowercase();
        let (_, charset) = kind.split_once("charset=")?;
        Some(charset.split(';').next()?.trim().trim_matches('"').to_owned())
    }
}

/// Parses an address as it was typed.
///
/// # Errors
/// If it is not an http or https address.
pub(super) fn address(typed: &str) -> anyhow::Result<Url> {
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(&whole)
        .with_context(|| format!("{typed:?} is not an address such as https://example.org"))?;
    ensure!(matches!(url.scheme(), "https" | "http"), "{typed:?} is not an http or https address");
    Ok(url)
}

/// The client.
#[derive(Debug)]
pub(super) struct Client(Agent);

impl Client {
    /// A client that trusts the certificates in the file, or those that browsers trust.
    ///
    /// # Errors
    /// If the file cannot be read or has no certificate.
    pub(super) fn new(certificates: Option<&Path>) -> anyhow::Result<Self> {
        let mut tls = TlsConfig::builder();
        if let Some(file) = certificates {
            tls = tls.root_certs(read_certificates(file)?);
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("askfirst-collector/", env!("CARGO_PKG_VERSION"), " verify"))
            .timeout_global(Some(TIMEOUT))
            .tls_config(tls.build())
            .build();
        Ok(Self(agent.into()))
    }

    /// Sends a GET request.
    pub(super) fn get(&self, url: &Url) -> FetchResult {
        self.run(url, Request::get(url.as_str()).header("accept", "*/*").body(()))
    }

    /// Sends a GET request and follows redirects.
    pub(super) fn follow(&self, url: &Url) -> FetchResult {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let answer =
                self.run(&url, Request::get(url.as_str()).header("accept", "text/html,*/*").body(()))?;
            let next = answer.header("location");
            if !(300..400).contains(&answer.status) || next.is_empty() {
                return Ok(answer);
            }
            url = url
                .join(next)
                .map_err(|_| format!("{url} redirects to {next:?}, which is not an address"))?;
        }
        Err(format!("{url}: more than {MAX_REDIRECTS} redirects"))
    }

    /// Sends a message as a page of that origin does.
    pub(super) fn send(&self, url: &Url, origin: &str, body: &str) -> FetchResult {
        let request = Request::post(url.as_str()).header("content-type", "text/plain;charset=UTF-8");
        self.run(url, request.header("origin", origin).body(body.to_owned()))
    }

    fn run<B: ureq::AsSendBody>(&self, url: &Url, request: ureq::http::Result<Request<B>>) -> FetchResult {
        let failed = |error: &dyn std::fmt::Display| format!("{url}: {error}");
        let sent = Timestamp::now();
        let response =
            self.0.run(request.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
        let between = [sent, Timestamp::now()];
        read_response(url, response, between).map_err(|error| failed(&error))
    }
}

fn read_response(
    url: &Url,
    mut response: Response<Body>,
    between: [Timestamp; 2],
) -> Result<HttpResponse, ureq::Error> {
    let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(HttpResponse { url: url.clone(), status, headers, body, between })
}

fn read_certificates(file: &Path) -> anyhow::Result<RootCerts> {
    let pem = std::fs::read(file).with_context(|| format!("--cacert: cannot read {}", file.display()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.context("--cacert: the file is not PEM")? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        bail!("--cacert: {} holds no certificate", file.display());
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
