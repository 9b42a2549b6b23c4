//! Checks a site's page from outside and says why it does not count.
//!
//! It fetches the page as the server sends it, then the script and the collector that the page names. It sends no other requests,
//! and none of them is counted. It runs no scripts, so it does not see what a tag manager or the site's own code adds. With
//! `--site` and `--endpoint` it checks the rest anyway.

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

use fetch::{Client, HttpResponse};
use finding::Finding;
use page::HtmlPage;
use tag::AskfirstTag;

/// The page to check.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The address of a page; `https://` where it names no scheme.
    pub address: String,
    /// The site that the page's hits go to, if the tag does not say.
    pub site: Option<String>,
    /// The collector that they go to, if the tag does not say.
    pub endpoint: Option<String>,
    /// A PEM file of certificates to trust instead of the usual ones.
    pub certificates: Option<PathBuf>,
}

/// Runs every check.
///
/// # Errors
/// If an address is invalid or the certificates cannot be read.
pub fn examine(target: &Target) -> anyhow::Result<Vec<Finding>> {
    let client = Client::new(target.certificates.as_deref())?;
    let address = fetch::address(&target.address)?;
    let named = target.endpoint.as_deref().map(fetch::address).transpose()?;
    let mut findings = Vec::new();
    let answer = client.follow(&address);
    findings.push(site::page(&address, &answer));
    let origin = answer.as_ref().map_or(&address, |answer| &answer.url).clone();
    let reached = answer.is_ok();
    let html = answer.ok().filter(site::is_page);
    let page = html.as_ref().map(|answer| HtmlPage::parse(answer, &String::from_utf8_lossy(&answer.body)));
    let tag = page.as_ref().and_then(|page| {
        let (tag, found) = tag::examine(page, named.is_some());
        findings.extend(found);
        tag
    });
    if let (Some(page), Some(tag)) = (&page, &tag) {
        findings.extend(options::examine(&tag.script.attributes, page));
        findings.extend(script::examine(&client.get(&tag.address), tag, page));
    }
    let (site, endpoint) = destination(target, named, tag.as_ref());
    if let (Some(page), Some(_), Some(endpoint)) = (&page, &tag, &endpoint) {
        let part = Url::parse(&route(endpoint, "/askfirst-preferences.js"));
        findings.extend(part.map(|part| script::on_demand(&client.get(&part), page)));
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

/// The site and the endpoint. The command line takes precedence over the tag.
fn destination(
    target: &Target,
    named: Option<Url>,
    tag: Option<&AskfirstTag>,
) -> (Option<String>, Option<Url>) {
    let site = target.site.clone().or_else(|| Some(tag?.script.option("site")?.to_owned()));
    let in_tag = tag.and_then(|tag| tag.script.option("endpoint")).and_then(|text| Url::parse(text).ok());
    let own = tag.and_then(|tag| tag.address.join("/").ok());
    (site, named.or(in_tag).or(own))
}

/// The address of a collector's route.
fn route(endpoint: &Url, path: &str) -> String {
    format!("{}{path}", endpoint.as_str().trim_end_matches('/'))
}

/// The origin of a URL, as browsers write it.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Whether browsers treat it as a secure context: https, or this machine.
fn is_secure(url: &Url) -> bool {
    url.scheme() == "https" || is_local(url)
}

/// Whether it is on this machine. The snippet is off there unless `data-local` turns it on.
fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]"
}

/// The response, or why there is none.
type FetchResult = Result<HttpResponse, String>;
