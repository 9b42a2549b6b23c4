//! The collector that the page sends to: whether it is there, knows the site, takes messages of the site's pages, and has the
//! right time. It is asked what it tells everybody, and what it holds under an id that nobody has: nothing of that is counted.

use askfirst_wire::{Level, VERSION};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::fetch::{Answer, Client};
use super::{Got, at, clock, is_safe, origin};
use crate::finding::Finding;

/// What it tells everybody.
#[derive(Debug, Deserialize)]
struct Told {
    version: String,
    sites: Vec<Site>,
}

#[derive(Debug, Deserialize)]
struct Site {
    name: String,
    level: Level,
}

/// Asks it. `level`: the ceiling that the page names; `page`: where the page is.
pub(super) fn examine(
    client: &Client,
    endpoint: &Url,
    site: Option<&str>,
    level: Option<&str>,
    page: &Url,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if page.scheme() == "https" && !is_safe(endpoint) {
        findings.push(Finding::error(
            "endpoint",
            format!("the page is https and {endpoint} is not: browsers send nothing there"),
            "give the collector https, and name that address",
        ));
    }
    let Ok(document) = Url::parse(&at(endpoint, "/.well-known/askfirst.json")) else { return findings };
    let Ok(mine) = Url::parse(&at(endpoint, "/mydata")) else { return findings };
    let got = client.get(&document);
    let (finding, told) = there(&got, endpoint);
    let (known, known_finding) = match (&told, site) {
        (Some(told), Some(site)) => {
            let (known, finding) = knows(told, site, level);
            (known, Some(finding))
        }
        (None, Some(_)) => (got.is_ok(), None),
        (_, None) => (false, None),
    };
    let message = json!({"v": VERSION, "site": site, "id": nobody()}).to_string();
    let sent = known.then(|| client.send(&mine, &origin(page), &message));
    let ours = sent.as_ref().is_some_and(|sent| sent.as_ref().is_ok_and(is_ours));
    findings.push(if told.is_none() && ours { half(&document) } else { finding });
    findings
        .extend(got.as_ref().ok().and_then(|answer| clock::examine(answer.header("date"), answer.between)));
    findings.extend(known_finding);
    if let Some(sent) = sent.filter(|_| told.is_some() || ours) {
        findings.extend(takes(&sent, &origin(page), mine.origin() != page.origin()));
    }
    findings
}

/// Whether it is the collector that answered the message.
fn is_ours(answer: &Answer) -> bool {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    told["receipts"].is_array() || told["reason"].as_str().is_some_and(|reason| reason != "not_found")
}

/// It takes messages, and what it tells everybody is not passed on.
fn half(document: &Url) -> Finding {
    Finding::warning(
        "endpoint",
        format!(
            "a collector takes messages there, and {document} is not its: what it takes cannot be read there"
        ),
        "let the proxy pass /.well-known/askfirst.json to it too",
    )
}

/// An id that nobody has.
fn nobody() -> String {
    let mut random = [0; 16];
    // Without chance it is an id as good: nobody has that one either.
    let _ = getrandom::fill(&mut random);
    format!("{:032x}", u128::from_be_bytes(random) | 1)
}

fn there(got: &Got, endpoint: &Url) -> (Finding, Option<Told>) {
    let error = |says: String, fix: &str| (Finding::error("endpoint", says, fix), None);
    let answer = match got {
        Ok(answer) => answer,
        Err(why) => {
            return error(
                format!("the collector cannot be reached: {why}"),
                "start it, and look at the name, the certificate and the proxy in front; browsers need to reach it too",
            );
        }
    };
    match serde_json::from_slice::<Told>(&answer.body) {
        Ok(told) if answer.status == 200 => {
            let says = format!("{endpoint} is a collector, version {}", told.version);
            (Finding::ok("endpoint", says), Some(told))
        }
        _ => error(
            format!("{} answers {}, and not as a collector does", answer.url, answer.status),
            "the proxy has to pass /collect, /consent, /forget, /mydata and /.well-known/askfirst.json to the collector; or name it with data-endpoint",
        ),
    }
}

/// Whether it knows the site, and how.
fn knows(told: &Told, name: &str, level: Option<&str>) -> (bool, Finding) {
    let Some(site) = told.sites.iter().find(|site| site.name == name) else {
        let near = told
            .sites
            .iter()
            .map(|site| site.name.as_str())
            .min_by_key(|known| strsim::osa_distance(known, name));
        let near = near.filter(|known| strsim::osa_distance(known, name) <= known.len() / 3 + 1);
        let hint = near.map_or(String::new(), |near| format!("did you mean {near:?}? Or "));
        let fix = format!(
            "{hint}add a [[site]] with name = {name:?} to the collector's configuration and start it again"
        );
        return (
            false,
            Finding::error("site", format!("the collector does not know the site {name:?}"), fix),
        );
    };
    let asked = level.map_or(Some(Level::Anonymous), Level::from_name);
    let (below, name) = (site.level.as_str(), &site.name);
    let finding = if asked.is_some_and(|asked| asked > site.level) {
        let asked = level.unwrap_or("anonymous, where data-level does not say");
        Finding::error(
            "site",
            format!(
                "the page's ceiling is {asked}, the collector's for {name:?} {below}: what is above that is refused"
            ),
            format!("data-level=\"{below}\" in the tag, or a higher level at the collector"),
        )
    } else {
        Finding::ok("site", format!("the collector knows {name:?}, up to {below}"))
    };
    (true, finding)
}

/// Whether it takes a message of the page's, and lets the page read the answer.
fn takes(got: &Got, origin: &str, other: bool) -> Vec<Finding> {
    let answer = match got {
        Ok(answer) => answer,
        Err(why) => {
            return vec![Finding::error(
                "origin",
                format!("a message got no answer: {why}"),
                "look at the proxy in front: it has to pass POST",
            )];
        }
    };
    let mut findings = vec![accepted(answer, origin)];
    findings.extend(other.then(|| readable(answer, origin)).flatten());
    findings
}

fn accepted(answer: &Answer, origin: &str) -> Finding {
    let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let reason = told["reason"].as_str().unwrap_or("no reason of the collector's");
    match (answer.status, reason) {
        (200, _) => Finding::ok("origin", format!("messages of pages of {origin} are taken")),
        (403, "origin_not_allowed") => Finding::error(
            "origin",
            format!("pages of {origin} may not send: the site's origins do not name it"),
            format!("add {origin:?} to `origins` under [[site]]"),
        ),
        (404, "unknown_site") => Finding::error(
            "origin",
            "the collector does not know the site",
            "add a [[site]] of that name to the collector's configuration and start it again",
        ),
        (429, _) => Finding::warning(
            "origin",
            "your network sends more than the collector takes of one",
            "try again in a minute",
        ),
        (status, reason) => Finding::error(
            "origin",
            format!("a message is answered {status}: {reason}"),
            "docs/answers.md says what that means; where no reason is named, it is the proxy's answer, or a firewall's",
        ),
    }
}

fn readable(answer: &Answer, origin: &str) -> Option<Finding> {
    let says = answer.hidden_from(origin)?;
    Some(Finding::error(
        "cors",
        format!("{says}: browsers take it for no answer, and try again in vain"),
        "let the proxy leave the collector's headers as they are, and add none",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::site::tests::answer;

    const TOLD: &str =
        r#"{"version":"0.1.0","sites":[{"name":"shop.example","level":"anonymous"}],"fields":[]}"#;

    #[test]
    fn a_collector_is_told_from_what_is_none() {
        let endpoint = Url::parse("https://stats.example.org/").unwrap();
        let is = |status, body: &str| there(&Ok(answer(endpoint.as_str(), status, &[], body)), &endpoint);
        assert!(is(200, TOLD).1.is_some());
        for (status, body) in [(404, TOLD), (200, "<!doctype html>"), (200, "{}"), (502, "")] {
            let (finding, told) = is(status, body);
            assert!(finding.verdict == Verdict::Error && told.is_none(), "{status} {body}");
        }
        assert!(there(&Err("refused".into()), &endpoint).0.says.contains("refused"));
    }

    #[test]
    fn a_site_is_known_up_to_its_level() {
        let told: Told = serde_json::from_str(TOLD).unwrap();
        for (name, level, known, expected) in [
            ("shop.example", None, true, ""),
            ("shop.example", Some("aggregated"), true, ""),
            ("shop.example", Some("full"), true, "data-level=\"anonymous\""),
            ("shop.exmaple", None, false, "did you mean \"shop.example\"?"),
            ("elsewhere.org", None, false, "add a [[site]]"),
        ] {
            let (is, finding) = knows(&told, name, level);
            assert_eq!((is, finding.verdict == Verdict::Ok), (known, expected.is_empty()), "{name}");
            assert!(finding.fix.unwrap_or_default().contains(expected), "{name}");
        }
    }

    #[test]
    fn an_answer_that_the_page_cannot_read_is_told() {
        let page = "https://example.org";
        let of = |status, headers: &[(&str, &str)], body: &str, other| {
            let got = Ok(answer("https://stats.example.org/mydata", status, headers, body));
            let findings = takes(&got, page, other);
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
        assert!(of(403, &[any], "", true).1.contains("403: no reason of the collector's"));
        assert_eq!(of(429, &[any], "", true).0, Verdict::Warning);
    }

    #[test]
    fn the_id_that_is_asked_for_is_one() {
        assert!(nobody().len() == 32 && nobody() != nobody());
    }
}
