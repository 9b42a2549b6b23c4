//! Checks the collector that the page sends to: that it is reachable, knows the site, accepts messages from the site's pages, and
//! has the right time. It reads the public `/.well-known/askfirst.json` and asks `/mydata` about an unused id. Neither is counted.

use askfirst_wire::{Level, VERSION};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::fetch::{Client, HttpResponse};
use super::{FetchResult, clock, is_secure, origin, route};
use crate::finding::Finding;

/// `/.well-known/askfirst.json`.
#[derive(Debug, Deserialize)]
struct WellKnown {
    version: String,
    sites: Vec<KnownSite>,
}

#[derive(Debug, Deserialize)]
struct KnownSite {
    name: String,
    level: Level,
}

/// Runs the checks. `level` is the highest level in the tag; `page` is the page's address.
pub(super) fn examine(
    client: &Client,
    endpoint: &Url,
    site: Option<&str>,
    level: Option<&str>,
    page: &Url,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if page.scheme() == "https" && !is_secure(endpoint) {
        findings.push(Finding::error(
            "endpoint",
            format!("the page is https and {endpoint} is not: browsers block requests to it"),
            "serve the collector by https, and name that address",
        ));
    }
    let Ok(document) = Url::parse(&route(endpoint, "/.well-known/askfirst.json")) else { return findings };
    let Ok(my_data) = Url::parse(&route(endpoint, "/mydata")) else { return findings };
    let result = client.get(&document);
    let (finding, well_known) = reachable(&result, endpoint);
    let (known, known_finding) = match (&well_known, site) {
        (Some(well_known), Some(site)) => {
            let (known, finding) = knows_site(well_known, site, level);
            (known, Some(finding))
        }
        (None, Some(_)) => (result.is_ok(), None),
        (_, None) => (false, None),
    };
    let message = json!({"v": VERSION, "site": site, "id": unused_id()}).to_string();
    let sent = known.then(|| client.send(&my_data, &origin(page), &message));
    let answered = sent.as_ref().is_some_and(|sent| sent.as_ref().is_ok_and(is_collectors));
    findings.push(if well_known.is_none() && answered { document_not_passed(&document) } else { finding });
    findings.extend(
        result.as_ref().ok().and_then(|answer| clock::examine(answer.header("date"), answer.between)),
    );
    findings.extend(known_finding);
    if let Some(sent) = sent.filter(|_| well_known.is_some() || answered) {
        findings.extend(accepts(&sent, &origin(page), my_data.origin() != page.origin()));
    }
    findings
}

/// Whether the response to the message is a collector's.
fn is_collectors(answer: &HttpResponse) -> bool {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    told["receipts"].is_array() || told["reason"].as_str().is_some_and(|reason| reason != "not_found")
}

/// The proxy passes messages to the collector, but not its public document.
fn document_not_passed(document: &Url) -> Finding {
    Finding::warning(
        "endpoint",
        format!("a collector accepts messages, but {document} is not the collector's"),
        "let the proxy pass /.well-known/askfirst.json to the collector too",
    )
}

/// An id that no visitor has.
fn unused_id() -> String {
    let mut random = [0; 16];
    // If there is no randomness, the id is 1, which no visitor has either.
    let _ = getrandom::fill(&mut random);
    format!("{:032x}", u128::from_be_bytes(random) | 1)
}

fn reachable(result: &FetchResult, endpoint: &Url) -> (Finding, Option<WellKnown>) {
    let error = |says: String, fix: &str| (Finding::error("endpoint", says, fix), None);
    let answer = match result {
        Ok(answer) => answer,
        Err(why) => {
            return error(
                format!("the collector cannot be reached: {why}"),
                "start it, and check the name, the certificate and the proxy in front; browsers must be able to reach it",
            );
        }
    };
    match serde_json::from_slice::<WellKnown>(&answer.body) {
        Ok(told) if answer.status == 200 => {
            let says = format!("{endpoint} is a collector, version {}", told.version);
            (Finding::ok("endpoint", says), Some(told))
        }
        _ => error(
            format!("{} answers {}, and not like a collector", answer.url, answer.status),
            "the proxy must pass /collect, /consent, /forget, /mydata and /.well-known/askfirst.json to the collector; or name it with data-endpoint",
        ),
    }
}

/// Whether it knows the site, and up to which level.
fn knows_site(well_known: &WellKnown, name: &str, level: Option<&str>) -> (bool, Finding) {
    let Some(site) = well_known.sites.iter().find(|site| site.name == name) else {
        let near = well_known
            .sites
            .iter()
            .map(|site| site.name.as_str())
            .min_by_key(|known| strsim::osa_distance(known, name));
        let near = near.filter(|known| strsim::osa_distance(known, name) <= known.len() / 3 + 1);
        let hint = near.map_or(String::new(), |near| format!("did you mean {near:?}? Or "));
        let fix = format!(
            "{hint}add a [[site]] with name = {name:?} to the collector's configuration and restart it"
        );
        return (
            false,
            Finding::error("site", format!("the collector does not know the site {name:?}"), fix),
        );
    };
    let asked = level.map_or(Some(Level::Anonymous), Level::from_name);
    let (below, name) = (site.level.as_str(), &site.name);
    let finding = if asked.is_some_and(|asked| asked > site.level) {
        let asked = level.unwrap_or("anonymous (the default)");
        Finding::error(
            "site",
            format!(
                "the page's highest level is {asked}, the collector's for {name:?} is {below}: higher levels are refused"
            ),
            format!("set data-level=\"{below}\" in the tag, or a higher level at the collector"),
        )
    } else {
        Finding::ok("site", format!("the collector knows {name:?}, up to {below}"))
    };
    (true, finding)
}

/// Whether it accepts a message from the page, and lets the page read the answer.
fn accepts(result: &FetchResult, origin: &str, other: bool) -> Vec<Finding> {
    let answer = match result {
        Ok(answer) => answer,
        Err(why) => {
            return vec![Finding::error(
                "origin",
                format!("a message got no answer: {why}"),
                "check the proxy in front: it must pass POST",
            )];
        }
    };
    let mut findings = vec![acceptance(answer, origin)];
    findings.extend(other.then(|| readable(answer, origin)).flatten());
    findings
}

fn acceptance(answer: &HttpResponse, origin: &str) -> Finding {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let reason = told["reason"].as_str().unwrap_or("no reason from the collector");
    match (answer.status, reason) {
        (200, _) => Finding::ok("origin", format!("messages from pages of {origin} are accepted")),
        (403, "origin_not_allowed") => Finding::error(
            "origin",
            format!("pages of {origin} may not send: the site's origins do not include it"),
            format!("add {origin:?} to `origins` under [[site]]"),
        ),
        (404, "unknown_site") => Finding::error(
            "origin",
            "the collector does not know the site",
            "add a [[site]] of that name to the collector's configuration and restart it",
        ),
        (429, _) => Finding::warning(
            "origin",
            "your network has sent more than the collector accepts from one network",
            "try again in a minute",
        ),
        (status, reason) => Finding::error(
            "origin",
            format!("a message is answered {status}: {reason}"),
            "see docs/answers.md; an answer without a reason comes from a proxy or firewall",
        ),
    }
}

fn readable(answer: &HttpResponse, origin: &str) -> Option<Finding> {
    let says = answer.hidden_from(origin)?;
    Some(Finding::error(
        "cors",
        format!("{says}: the page cannot read the answer and retries in vain"),
        "let the proxy pass the collector's headers unchanged, and add none",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::site::tests::answer;

    const WELL_KNOWN: &str =
        r#"{"version":"0.1.0","sites":[{"name":"shop.example","level":"anonymous"}],"fields":[]}"#;

    #[test]
    fn a_collector_is_recognized() {
        let endpoint = Url::parse("https://stats.example.org/").unwrap();
        let is = |status, body: &str| reachable(&Ok(answer(endpoint.as_str(), status, &[], body)), &endpoint);
        assert!(is(200, WELL_KNOWN).1.is_some());
        for (status, body) in [(404, WELL_KNOWN), (200, "<!doctype html>"), (200, "{}"), (502, "")] {
            let (finding, well_known) = is(status, body);
            assert!(finding.verdict == Verdict::Error && well_known.is_none(), "{status} {body}");
        }
        assert!(reachable(&Err("refused".into()), &endpoint).0.says.contains("refused"));
    }

    #[test]
    fn a_site_is_known_up_to_its_level() {
        let well_known: WellKnown = serde_json::from_str(WELL_KNOWN).unwrap();
        for (name, level, known, expected) in [
            ("shop.example", None, true, ""),
            ("shop.example", Some("aggregated"), true, ""),
            ("shop.example", Some("full"), true, "data-level=\"anonymous\""),
            ("shop.exmaple", None, false, "did you mean \"shop.example\"?"),
            ("elsewhere.org", None, false, "add a [[site]]"),
        ] {
            let (is, finding) = knows_site(&well_known, name, level);
            assert_eq!((is, finding.verdict == Verdict::Ok), (known, expected.is_empty()), "{name}");
            assert!(finding.fix.unwrap_or_default().contains(expected), "{name}");
        }
    }

    #[test]
    fn an_answer_that_the_page_cannot_read_is_an_error() {
        let page = "https://example.org";
        let of = |status, headers: &[(&str, &str)], body: &str, other| {
            let result = Ok(answer("https://stats.example.org/mydata", status, headers, body));
            let findings = accepts(&result, page, other);
            let words: String = findings.iter().map(|finding| finding.says.clone() + "\n").collect();
            (findings.iter().map(|finding| finding.verdict).max().unwrap(), words)
        };
        let any = ("access-control-allow-origin", "*");
        assert_eq!(of(200, &[any], "", true).0, Verdict::Ok);
        assert_eq!(of(200, &[("access-control-allow-origin", page)], "", true).0, Verdict::Ok);
        assert_eq!(of(200, &[], "", false).0, Verdict::Ok, "the page's own origin");
        for (headers, words) in [
            (&[][..], "no Access-Control-Allow-Origin"),
            (&[any, any], "more than once"),
            (&[("access-control-allow-origin", "https://other.example")], "https://other.example"),
        ] {
            let (worst, said) = of(200, headers, "", true);
            assert!(worst == Verdict::Error && said.contains(words), "{said}");
        }
        let refused = r#"{"reason":"origin_not_allowed"}"#;
        assert!(of(403, &[any], refused, true).1.contains("may not send"));
        assert!(of(403, &[any], "", true).1.contains("403: no reason from the collector"));
        assert_eq!(of(429, &[any], "", true).0, Verdict::Warning);
    }

    #[test]
    fn the_id_that_is_asked_for_is_one() {
        assert!(unused_id().len() == 32 && unused_id() != unused_id());
    }
}
