//! Asking a web server, as a browser would that keeps nothing.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use jiff::Timestamp;
use ureq::http::{HeaderMap, Request, Response};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};
use url::Url;

use super::Got;

/// The longest answer that is read.
const LONGEST: u64 = 8 * 1024 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many times a page may lead elsewhere.
const HOPS: usize = 5;

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// When it was asked for, and when the answer had begun.
    pub(super) between: [Timestamp; 2],
}

impl Answer {
    /// A header, or nothing.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// All values of a header that may come several times.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// The media type, in lower case, without parameters.
    pub(super) fn kind(&self) -> String {
        let kind = self.header("content-type").split(';').next().unwrap_or_default();
        kind.trim().to_ascii_lowercase()
    }

    /// Why a page of that other origin cannot read it, if it cannot: its headers have to say that it may, and say so once.
    pub(super) fn hidden_from(&self, origin: &str) -> Option<String> {
        let allowed: Vec<&str> = self.all("access-control-allow-origin").collect();
        match allowed[..] {
            ["*"] => None,
            [one] if one == origin => None,
            [] => Some("the answer has no Access-Control-Allow-Origin".to_owned()),
            [one] => Some(format!("the answer says Access-Control-Allow-Origin: {one}")),
            _ => Some("the answer says Access-Control-Allow-Origin more than once".to_owned()),
        }
    }

    /// The character set that the media type names, in lower case.
    pub(super) fn charset(&self) -> Option<String> {
        let kind = self.header("content-type").to_ascii_lowercase();
        let (_, charset) = kind.split_once("charset=")?;
        Some(charset.split(';').next()?.trim().trim_matches('"').to_owned())
    }
}

/// An address as it was typed.
///
/// # Errors
/// Where it is none of the web.
pub(super) fn address(typed: &str) -> anyhow::Result<Url> {
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url =
        Url::parse(&whole).with_context(|| format!("{typed:?} is no address such as https://example.org"))?;
    ensure!(matches!(url.scheme(), "https" | "http"), "{typed:?} is no address of http or https");
    Ok(url)
}

/// Asks.
#[derive(Debug)]
pub(super) struct Client(Agent);

impl Client {
    /// One that trusts the certificates in that file, or those that browsers trust.
    ///
    /// # Errors
    /// Where the file cannot be read, or holds none.
    pub(super) fn new(certificates: Option<&Path>) -> anyhow::Result<Self> {
        let mut tls = TlsConfig::builder();
        if let Some(file) = certificates {
            tls = tls.root_certs(read(file)?);
        }
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("askfirst-collector/", env!("CARGO_PKG_VERSION"), " verify"))
            .timeout_global(Some(PATIENCE))
            .tls_config(tls.build())
            .build();
        Ok(Self(agent.into()))
    }

    /// What stands there.
    pub(super) fn get(&self, url: &Url) -> Got {
        self.ask(url, Request::get(url.as_str()).header("accept", "*/*").body(()))
    }

    /// What stands there, or where that leads to.
    pub(super) fn follow(&self, url: &Url) -> Got {
        let mut url = url.clone();
        for _ in 0..=HOPS {
            let answer =
                self.ask(&url, Request::get(url.as_str()).header("accept", "text/html,*/*").body(()))?;
            let next = answer.header("location");
            if !(300..400).contains(&answer.status) || next.is_empty() {
                return Ok(answer);
            }
            url = url.join(next).map_err(|_| format!("{url} leads to {next:?}, which is no address"))?;
        }
        Err(format!("{url}: it leads elsewhere more than {HOPS} times"))
    }

    /// A message, as a page of that origin sends it.
    pub(super) fn send(&self, url: &Url, origin: &str, body: &str) -> Got {
        let request = Request::post(url.as_str()).header("content-type", "text/plain;charset=UTF-8");
        self.ask(url, request.header("origin", origin).body(body.to_owned()))
    }

    fn ask<B: ureq::AsSendBody>(&self, url: &Url, request: ureq::http::Result<Request<B>>) -> Got {
        let told = |error: &dyn std::fmt::Display| format!("{url}: {error}");
        let asked = Timestamp::now();
        let response = self.0.run(request.map_err(|error| told(&error))?).map_err(|error| told(&error))?;
        let between = [asked, Timestamp::now()];
        answer(url, response, between).map_err(|error| told(&error))
    }
}

fn answer(url: &Url, mut response: Response<Body>, between: [Timestamp; 2]) -> Result<Answer, ureq::Error> {
    let body = response.body_mut().with_config().limit(LONGEST).read_to_vec()?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { url: url.clone(), status, headers, body, between })
}

fn read(file: &Path) -> anyhow::Result<RootCerts> {
    let pem = std::fs::read(file).with_context(|| format!("--cacert: cannot read {}", file.display()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.context("--cacert: the file is no PEM")? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        bail!("--cacert: {} holds no certificate", file.display());
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
