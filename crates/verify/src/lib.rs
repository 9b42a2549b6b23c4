//! Whether a site's page is set up so that it counts: fetched as it is served, and looked through for what keeps the snippet from
//! running and its messages from arriving. The only requests are to the address that was given and to what its page names: the
//! script, and the collector that it sends to. Nothing of it is counted.
//!
//! Scripts are not run: what a tag manager or the site's own code adds is not seen. Who says what to expect (`--site`,
//! `--endpoint`) has the rest looked at all the same.

mod blockers;
mod clock;
mod collector;
mod csp;
mod fetch;
pub mod finding;
pub mod options;
mod page;
mod policy;
mod script;
mod site;
mod tag;

use std::path::PathBuf;

use url::Url;

use fetch::{Answer, Client};
use finding::Finding;
use page::Page;
use tag::Tag;

/// What is to be looked at.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The address of a page; `https://` where it names no scheme.
    pub address: String,
    /// The site that the page's hits go to, where its tag does not say.
    pub site: Option<String>,
    /// The collector that they go to, where its tag does not say.
    pub endpoint: Option<String>,
    /// Certificates to trust instead of the usual ones, in PEM.
    pub certificates: Option<PathBuf>,
}

/// Looks at everything.
///
/// # Errors
/// Where an address is none, or the certificates cannot be read.
pub fn examine(asked: &Asked) -> anyhow::Result<Vec<Finding>> {
    let client = Client::new(asked.certificates.as_deref())?;
    let address = fetch::address(&asked.address)?;
    let named = asked.endpoint.as_deref().map(fetch::address).transpose()?;
    let mut findings = Vec::new();
    let answer = client.follow(&address);
    findings.push(site::page(&address, &answer));
    let origin = answer.as_ref().map_or(&address, |answer| &answer.url).clone();
    let reached = answer.is_ok();
    let html = answer.ok().filter(site::is_page);
    let page = html.as_ref().map(|answer| Page::of(answer, &String::from_utf8_lossy(&answer.body)));
    let tag = page.as_ref().and_then(|page| {
        let (tag, found) = tag::examine(page, named.is_some());
        findings.extend(found);
        tag
    });
    if let (Some(page), Some(tag)) = (&page, &tag) {
        findings.extend(options::examine(&tag.script.attributes, page));
        findings.extend(script::examine(&client.get(&tag.address), tag, page));
    }
    let (site, endpoint) = sends(asked, named, tag.as_ref());
    if let (Some(page), Some(_), Some(endpoint)) = (&page, &tag, &endpoint) {
        let part = Url::parse(&at(endpoint, "/askfirst-preferences.js"));
        findings.extend(part.map(|part| script::part(&client.get(&part), page)));
    }
    if let Some(page) = &page {
        findings.extend(csp::examine(&page.policies, tag.as_ref(), endpoint.as_ref(), &page.url));
    }
    if let Some(endpoint) = &endpoint {
        let level = tag.as_ref().and_then(|tag| tag.script.option("level"));
        findings.extend(collector::examine(&client, endpoint, site.as_deref(), level, &origin));
    }
    if reached {
        findings.extend(site::gpc(&client, &origin));
    }
    Ok(findings)
}

/// The site and the endpoint: as the command line names them, or as the tag does.
fn sends(asked: &Asked, named: Option<Url>, tag: Option<&Tag>) -> (Option<String>, Option<Url>) {
    let site = asked.site.clone().or_else(|| Some(tag?.script.option("site")?.to_owned()));
    let said = tag.and_then(|tag| tag.script.option("endpoint")).and_then(|said| Url::parse(said).ok());
    let own = tag.and_then(|tag| tag.address.join("/").ok());
    (site, named.or(said).or(own))
}

/// An address of a route at the collector.
fn at(endpoint: &Url, path: &str) -> String {
    format!("{}{path}", endpoint.as_str().trim_end_matches('/'))
}

/// The origin of a page, as browsers spell it.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether browsers take it for as safe as https, whatever its scheme.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || is_local(url)
}

/// Whether it is on this machine, where the snippet is off unless it is told otherwise.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
}

/// What came back, in words.
type Got = Result<Answer, String>;
