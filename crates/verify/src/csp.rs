//! What the page's content security policies block of the snippet, and what to add to them.

use url::Url;

use super::policy::{CspDirective, CspPolicy};
use super::tag::AskfirstTag;
use super::{origin, route};
use crate::finding::Finding;

const CHECK: &str = "csp";

/// Checks each policy. Every one of them must allow what the page does.
pub(super) fn examine(
    policies: &[CspPolicy],
    tag: Option<&AskfirstTag>,
    endpoint: Option<&Url>,
    own: &Url,
) -> Vec<Finding> {
    if policies.is_empty() {
        return vec![Finding::ok(CHECK, "the page has no content security policy")];
    }
    let mut findings = Vec::new();
    for policy in policies {
        let place = policy.place;
        findings.extend(sandbox(policy));
        if let Some(tag) = tag {
            findings.extend(script(policy, tag, own));
        }
        findings.extend(wasm(policy));
        findings.extend(endpoint.and_then(|endpoint| connect(policy, endpoint, own)));
        if findings.is_empty() {
            findings.push(Finding::ok(
                CHECK,
                format!("{place} allows what askfirst does; it needs no style-src"),
            ));
        }
    }
    findings
}

/// What to add, and where. If `default-src` decides, a new directive is needed. That no longer falls back, so it repeats the sources.
fn add(what: &str, to: &str, deciding: CspDirective<'_>) -> String {
    if deciding.name == "default-src" {
        let kept: Vec<&str> =
            deciding.values.iter().map(String::as_str).filter(|value| *value != "'none'").collect();
        return [&["add:", to], &kept[..], &[what]].concat().join(" ");
    }
    format!("add {what} to {}", deciding.name)
}

fn sandbox(policy: &CspPolicy) -> Option<Finding> {
    let deciding = policy.deciding(&["sandbox"])?;
    (!deciding.names("allow-scripts")).then(|| {
        Finding::error(
            CHECK,
            format!("{}: sandbox blocks all scripts", policy.place),
            "add allow-scripts to sandbox",
        )
    })
}

fn script(policy: &CspPolicy, tag: &AskfirstTag, own: &Url) -> Option<Finding> {
    let deciding = policy.deciding(&["script-src-elem", "script-src", "default-src"])?;
    let (place, name) = (policy.place, deciding.name);
    let nonce = tag.script.attribute("nonce");
    let hashes: Vec<&str> = tag.script.attribute("integrity").split_ascii_whitespace().collect();
    let hashed = !hashes.is_empty() && hashes.iter().all(|hash| deciding.names(&format!("'{hash}'")));
    let strict = deciding.names("'strict-dynamic'");
    let allowed = !strict && deciding.allows(&tag.address, own);
    if !nonce.is_empty() && deciding.names(&format!("'nonce-{nonce}'")) || allowed || hashed && strict {
        return None;
    }
    if hashed {
        return Some(Finding::warning(
            CHECK,
            format!(
                "{place}: {name} allows the script by its hash, but not the on-demand files that it loads, such as the preferences"
            ),
            add(&origin(&tag.address), "script-src", deciding),
        ));
    }
    let says = format!("{place}: {name} blocks {}", tag.address);
    Some(if strict {
        let fix = "give the tag the page's nonce: with 'strict-dynamic', addresses are ignored";
        Finding::error(CHECK, says, fix)
    } else {
        Finding::error(CHECK, says, add(&origin(&tag.address), "script-src", deciding))
    })
}

fn wasm(policy: &CspPolicy) -> Option<Finding> {
    let deciding = policy.deciding(&["script-src", "default-src"])?;
    (!deciding.names("'wasm-unsafe-eval'") && !deciding.names("'unsafe-eval'")).then(|| {
        Finding::warning(
            CHECK,
            format!("{}: {} blocks WebAssembly: browsers report that once and load askfirst-plain.js, which is larger but does the same", policy.place, deciding.name),
            add("'wasm-unsafe-eval'", "script-src", deciding),
        )
    })
}

fn connect(policy: &CspPolicy, endpoint: &Url, own: &Url) -> Option<Finding> {
    let deciding = policy.deciding(&["connect-src", "default-src"])?;
    let address = Url::parse(&route(endpoint, "/collect")).ok()?;
    (!deciding.allows(&address, own)).then(|| {
        Finding::error(
            CHECK,
            format!("{}: {} blocks {address}: no hit arrives", policy.place, deciding.name),
            add(&origin(endpoint), "connect-src", deciding),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::site::tests::page;
    use crate::tag;

    /// The worst verdict and all messages for a page with this policy and these attributes in its tag.
    fn says(policy: &str, more: &str) -> (Verdict, String) {
        let page = page(&format!("<script defer src=https://stats.example.org/askfirst.js {more}></script>"));
        let (tag, _) = tag::examine(&page, false);
        let endpoint = Url::parse("https://stats.example.org/").unwrap();
        let policies = CspPolicy::parse(policy, "here");
        let findings = examine(&policies, tag.as_ref(), Some(&endpoint), &page.url);
        let words =
            findings.iter().map(|f| format!("{} -> {}\n", f.says, f.fix.as_deref().unwrap_or_default()));
        (findings.iter().map(|finding| finding.verdict).max().unwrap(), words.collect())
    }

    #[test]
    fn an_allowed_page_is_ok() {
        for (policy, tag) in [
            ("", ""),
            ("img-src 'none'", ""),
            (
                "script-src https://stats.example.org 'wasm-unsafe-eval'; connect-src https://stats.example.org",
                "",
            ),
            (
                "default-src 'none'; script-src * 'unsafe-eval'; connect-src stats.example.org; style-src 'none'",
                "",
            ),
            ("script-src 'nonce-r4nd0m' 'strict-dynamic' 'wasm-unsafe-eval'", "nonce=r4nd0m"),
            ("script-src 'nonce-r4nd0m' 'wasm-unsafe-eval'", "nonce=r4nd0m"),
            ("script-src 'sha384-AAAA' 'strict-dynamic' 'wasm-unsafe-eval'", "integrity=sha384-AAAA"),
            ("script-src-elem https://stats.example.org; script-src 'wasm-unsafe-eval'", ""),
            ("sandbox allow-scripts allow-same-origin", ""),
        ] {
            let (worst, words) = says(policy, tag);
            assert_eq!(worst, Verdict::Ok, "{policy}: {words}");
        }
    }

    #[test]
    fn a_blocked_page_is_told_what_to_add() {
        let eval = "'wasm-unsafe-eval'";
        for (policy, tag, verdict, expected) in [
            (
                format!("script-src 'self' {eval}"),
                "",
                Verdict::Error,
                "add https://stats.example.org to script-src\n",
            ),
            (
                format!("default-src 'self' {eval}; connect-src *"),
                "",
                Verdict::Error,
                "add: script-src 'self' 'wasm-unsafe-eval' https://stats.example.org\n",
            ),
            (
                format!("script-src * {eval}; connect-src 'self'"),
                "",
                Verdict::Error,
                "add https://stats.example.org to connect-src\n",
            ),
            (
                format!("script-src * {eval}; default-src 'none'"),
                "",
                Verdict::Error,
                "add: connect-src https://stats.example.org\n",
            ),
            ("script-src *".to_owned(), "", Verdict::Warning, "add 'wasm-unsafe-eval' to script-src\n"),
            (
                format!("script-src-elem 'self'; script-src * {eval}"),
                "",
                Verdict::Error,
                "to script-src-elem\n",
            ),
            (
                format!("script-src * 'nonce-a' 'strict-dynamic' {eval}"),
                "",
                Verdict::Error,
                "give the tag the page's nonce",
            ),
            (format!("script-src 'nonce-a' {eval}"), "nonce=b", Verdict::Error, "to script-src\n"),
            (
                format!("script-src 'sha384-AAAA' {eval}"),
                "integrity=sha384-AAAA",
                Verdict::Warning,
                "preferences",
            ),
            (
                format!("script-src * {eval}, script-src 'none' {eval}"),
                "",
                Verdict::Error,
                "script-src blocks",
            ),
            ("sandbox".to_owned(), "", Verdict::Error, "allow-scripts"),
        ] {
            let (worst, words) = says(&policy, tag);
            assert!(worst == verdict && words.contains(expected), "{policy}: {words}");
        }
    }
}
