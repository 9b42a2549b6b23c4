//! What the page's content security policies forbid of what the snippet does, and what to add.

use url::Url;

use super::policy::{Directive, Policy};
use super::tag::Tag;
use super::{at, origin};
use crate::finding::Finding;

const CHECK: &str = "csp";

/// Looks at each policy: what a page does has to be allowed by all of them.
pub(super) fn examine(
    policies: &[Policy],
    tag: Option<&Tag>,
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
                format!("{place} allows what askfirst does; of styles it needs nothing"),
            ));
        }
    }
    findings
}

/// What to add, and where. Whatever falls back to `default-src` wants a directive of its own, which then no longer falls back.
fn add(what: &str, to: &str, decides: Directive<'_>) -> String {
    if decides.name == "default-src" {
        let kept: Vec<&str> =
            decides.values.iter().map(String::as_str).filter(|value| *value != "'none'").collect();
        return [&["add:", to], &kept[..], &[what]].concat().join(" ");
    }
    format!("add {what} to {}", decides.name)
}

fn sandbox(policy: &Policy) -> Option<Finding> {
    let decides = policy.decides(&["sandbox"])?;
    (!decides.has("allow-scripts")).then(|| {
        Finding::error(
            CHECK,
            format!("{}: sandbox lets no script run", policy.place),
            "add allow-scripts to sandbox",
        )
    })
}

fn script(policy: &Policy, tag: &Tag, own: &Url) -> Option<Finding> {
    let decides = policy.decides(&["script-src-elem", "script-src", "default-src"])?;
    let (place, name) = (policy.place, decides.name);
    let nonce = tag.script.attribute("nonce");
    let hashes: Vec<&str> = tag.script.attribute("integrity").split_ascii_whitespace().collect();
    let hashed = !hashes.is_empty() && hashes.iter().all(|hash| decides.has(&format!("'{hash}'")));
    let strict = decides.has("'strict-dynamic'");
    let taken = !strict && decides.takes(&tag.address, own);
    if !nonce.is_empty() && decides.has(&format!("'nonce-{nonce}'")) || taken || hashed && strict {
        return None;
    }
    if hashed {
        return Some(Finding::warning(
            CHECK,
            format!(
                "{place}: {name} allows the script by its hash, and not what it loads when it is wanted, such as the preferences"
            ),
            add(&origin(&tag.address), "script-src", decides),
        ));
    }
    let says = format!("{place}: {name} forbids {}", tag.address);
    Some(if strict {
        let fix = "give the tag the nonce of the page: with 'strict-dynamic' addresses do not count";
        Finding::error(CHECK, says, fix)
    } else {
        Finding::error(CHECK, says, add(&origin(&tag.address), "script-src", decides))
    })
}

fn wasm(policy: &Policy) -> Option<Finding> {
    let decides = policy.decides(&["script-src", "default-src"])?;
    (!decides.has("'wasm-unsafe-eval'") && !decides.has("'unsafe-eval'")).then(|| {
        Finding::warning(
            CHECK,
            format!("{}: {} forbids WebAssembly: browsers report it once and load askfirst-plain.js, which is larger, and otherwise alike", policy.place, decides.name),
            add("'wasm-unsafe-eval'", "script-src", decides),
        )
    })
}

fn connect(policy: &Policy, endpoint: &Url, own: &Url) -> Option<Finding> {
    let decides = policy.decides(&["connect-src", "default-src"])?;
    let address = Url::parse(&at(endpoint, "/collect")).ok()?;
    (!decides.takes(&address, own)).then(|| {
        Finding::error(
            CHECK,
            format!("{}: {} forbids {address}: nothing arrives", policy.place, decides.name),
            add(&origin(endpoint), "connect-src", decides),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::site::tests::page;
    use crate::tag;

    /// What is said of a page under that policy, with that in its tag.
    fn says(policy: &str, more: &str) -> (Verdict, String) {
        let page = page(&format!("<script defer src=https://stats.example.org/askfirst.js {more}></script>"));
        let (tag, _) = tag::examine(&page, false);
        let endpoint = Url::parse("https://stats.example.org/").unwrap();
        let policies = Policy::parse(policy, "here");
        let findings = examine(&policies, tag.as_ref(), Some(&endpoint), &page.url);
        let words =
            findings.iter().map(|f| format!("{} -> {}\n", f.says, f.fix.as_deref().unwrap_or_default()));
        (findings.iter().map(|finding| finding.verdict).max().unwrap(), words.collect())
    }

    #[test]
    fn what_is_allowed_is_well() {
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
    fn what_is_forbidden_is_told_with_what_to_add() {
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
                "give the tag the nonce",
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
                "script-src forbids",
            ),
            ("sandbox".to_owned(), "", Verdict::Error, "allow-scripts"),
        ] {
            let (worst, words) = says(&policy, tag);
            assert!(worst == verdict && words.contains(expected), "{policy}: {words}");
        }
    }
}
