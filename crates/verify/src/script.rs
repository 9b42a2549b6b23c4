//! The script's file: whether it is there, whether browsers accept it, and whether its hash is the one in the tag.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::fetch::HttpResponse;
use super::page::HtmlPage;
use super::tag::{AskfirstTag, is_javascript};
use super::{FetchResult, is_secure, origin};
use crate::finding::Finding;

const CHECK: &str = "script";
const INTEGRITY: &str = "integrity";

/// Checks the response from the tag's address.
pub(super) fn examine(result: &FetchResult, tag: &AskfirstTag, page: &HtmlPage) -> Vec<Finding> {
    let error = |says: String, fix: &str| vec![Finding::error(CHECK, says, fix)];
    let answer = match result {
        Ok(answer) => answer,
        Err(why) => {
            return error(
                format!("the script cannot be fetched: {why}"),
                "start the collector, and check the name, the certificate and the proxy in front",
            );
        }
    };
    let address = &tag.address;
    if page.url.scheme() == "https" && !is_secure(address) {
        return error(
            format!("the page is https and {address} is not: browsers block it"),
            "write https:// in src",
        );
    }
    if answer.status != 200 {
        return error(
            format!("{address} answers {}", answer.status),
            "the proxy must pass that path to the collector, and --assets must name the directory of askfirst.js",
        );
    }
    let kind = answer.kind();
    if kind == "text/html" || !contains(&answer.body, b"askfirst") {
        return error(
            format!(
                "{address} is not the script, but {}",
                if kind.is_empty() { "a file without a type" } else { &kind }
            ),
            "the proxy must pass that path to the collector, before the site's own pages",
        );
    }
    let mut findings: Vec<Finding> =
        [media_type(answer, &kind), charset(answer, tag, page), resource_policy(answer, page)]
            .into_iter()
            .flatten()
            .collect();
    if findings.is_empty() {
        findings
            .push(Finding::ok(CHECK, format!("{address} is there, {} bytes of {kind}", answer.body.len())));
    }
    findings.extend(integrity(&answer.body, tag, page));
    findings
}

/// Checks one of the on-demand files. It is a module, so browsers require CORS and a JavaScript type.
pub(super) fn on_demand(result: &FetchResult, page: &HtmlPage) -> Finding {
    let says = match result {
        Err(why) => format!("it cannot be fetched: {why}"),
        Ok(answer) if answer.status != 200 => format!("{} answers {}", answer.url, answer.status),
        Ok(answer) if !is_javascript(&answer.kind()) => {
            format!("{} is sent as {:?}", answer.url, answer.kind())
        }
        Ok(answer) => {
            let other = answer.url.origin() != page.url.origin();
            match other.then(|| answer.hidden_from(&origin(&page.url))).flatten() {
                Some(why) => format!("{}: {why}", answer.url),
                None => {
                    return Finding::ok(
                        "files",
                        format!("{} is there: visitors can open the preferences", answer.url),
                    );
                }
            }
        }
    };
    Finding::error(
        "files",
        format!("visitors cannot open the preferences: {says}"),
        "the proxy must pass every /askfirst-….js to the collector and keep its headers: see docs/operate.md",
    )
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn media_type(answer: &HttpResponse, kind: &str) -> Option<Finding> {
    if is_javascript(kind) {
        return None;
    }
    let says = format!("the script is sent as {kind:?}");
    let fix = "let the proxy keep the collector's Content-Type: text/javascript; charset=utf-8";
    Some(if answer.header("x-content-type-options").eq_ignore_ascii_case("nosniff") {
        Finding::error(CHECK, format!("{says} with nosniff: browsers block it"), fix)
    } else {
        Finding::warning(CHECK, says, fix)
    })
}

/// The script contains the module as UTF-8 text. Another character set breaks it.
fn charset(answer: &HttpResponse, tag: &AskfirstTag, page: &HtmlPage) -> Option<Finding> {
    let named = Some(tag.script.attribute("charset").to_ascii_lowercase()).filter(|name| !name.is_empty());
    let charset = answer.charset().or(named).or_else(|| page.charset.clone());
    let is_utf8 = charset.as_deref().is_some_and(|name| matches!(name, "utf-8" | "utf8"));
    (!is_utf8).then(|| {
        let read = charset.as_deref().unwrap_or("a character set that the browser guesses");
        Finding::warning(
            CHECK,
            format!("browsers read the script in {read}, which breaks its WebAssembly: they load askfirst-plain.js instead"),
            "send it as text/javascript; charset=utf-8",
        )
    })
}

/// Whether the page may load it from another origin.
fn resource_policy(answer: &HttpResponse, page: &HtmlPage) -> Option<Finding> {
    let policy = answer.header("cross-origin-resource-policy").to_ascii_lowercase();
    let other = answer.url.origin() != page.url.origin();
    let site = |url: &url::Url| {
        url.host_str().and_then(|host| Some(psl::domain(host.as_bytes())?.as_bytes().to_vec()))
    };
    let blocked =
        other && (policy == "same-origin" || policy == "same-site" && site(&answer.url) != site(&page.url));
    blocked.then(|| {
        Finding::error(
            CHECK,
            format!("Cross-Origin-Resource-Policy: {policy} stops the page from loading it"),
            "let the proxy keep the collector's header: cross-origin",
        )
    })
}

fn integrity(body: &[u8], tag: &AskfirstTag, page: &HtmlPage) -> Vec<Finding> {
    let pinned = tag.script.attribute("integrity");
    if pinned.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if tag.address.origin() != page.url.origin() && !tag.script.attributes.contains_key("crossorigin") {
        findings.push(Finding::error(
            INTEGRITY,
            "integrity without crossorigin: browsers block a script of another origin",
            "add crossorigin to the tag",
        ));
    }
    // The strongest algorithm counts. Any of its hashes may match.
    let hashes = |name: &str| -> Vec<&str> {
        let tokens =
            pinned.split_ascii_whitespace().filter_map(|token| token.strip_prefix(name)?.strip_prefix('-'));
        tokens.map(|hash| hash.split('?').next().unwrap_or_default()).collect()
    };
    let known = [
        ("sha512", Sha512::digest(body).to_vec()),
        ("sha384", Sha384::digest(body).to_vec()),
        ("sha256", Sha256::digest(body).to_vec()),
    ];
    let Some((name, digest)) = known.into_iter().find(|(name, _)| !hashes(name).is_empty()) else {
        findings.push(Finding::warning(
            INTEGRITY,
            "integrity names no hash algorithm that browsers know, so nothing is pinned",
            format!("integrity=\"sha384-{}\"", STANDARD.encode(Sha384::digest(body))),
        ));
        return findings;
    };
    let real = STANDARD.encode(digest);
    if !hashes(name).contains(&real.as_str()) {
        findings.push(Finding::error(
            INTEGRITY,
            "the file does not match the hash in the tag: browsers block it",
            format!("integrity=\"{name}-{real}\", if this is the version that you want"),
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(INTEGRITY, format!("the file matches the {name} hash in the tag")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::site::tests::{answer, page};
    use crate::tag;

    const BODY: &str = "window.askfirst = 1";
    const SRC: &str = "https://stats.example.org/askfirst.js";

    fn says(result: &FetchResult, head: &str) -> (Verdict, String) {
        let page = page(head);
        let tag = tag::examine(&page, false).0.unwrap();
        let findings = examine(result, &tag, &page);
        let words = findings.iter().map(|f| format!("{} -> {:?}\n", f.says, f.fix)).collect();
        (findings.iter().map(|finding| finding.verdict).max().unwrap(), words)
    }

    fn tag(more: &str) -> String {
        format!("<script defer src={SRC} {more}></script>")
    }

    const KIND: (&str, &str) = ("content-type", "text/javascript; charset=utf-8");

    #[test]
    fn a_file_that_browsers_accept_is_ok() {
        let got = Ok(answer(SRC, 200, &[KIND, ("x-content-type-options", "nosniff")], BODY));
        let hash = STANDARD.encode(Sha384::digest(BODY));
        for more in [
            String::new(),
            format!("crossorigin integrity=sha384-{hash}"),
            format!("crossorigin integrity='sha256-AAAA sha384-BBBB sha384-{hash}'"),
        ] {
            let (worst, words) = says(&got, &tag(&more));
            assert_eq!(worst, Verdict::Ok, "{more}: {words}");
        }
    }

    #[test]
    fn a_file_that_browsers_block_is_an_error() {
        let good = |body: &str| Ok(answer(SRC, 200, &[KIND], body));
        let sent = |headers: &[(&str, &str)]| Ok(answer(SRC, 200, headers, BODY));
        for (got, head, verdict, expected) in [
            (Err("no such host".to_owned()), tag(""), Verdict::Error, "no such host"),
            (Ok(answer(SRC, 404, &[KIND], BODY)), tag(""), Verdict::Error, "answers 404"),
            (good("<!doctype html>"), tag(""), Verdict::Error, "not the script"),
            (sent(&[("content-type", "text/html")]), tag(""), Verdict::Error, "text/html"),
            (sent(&[("content-type", "text/plain; charset=utf-8")]), tag(""), Verdict::Warning, "text/plain"),
            (
                sent(&[("content-type", "text/plain; charset=utf-8"), ("x-content-type-options", "nosniff")]),
                tag(""),
                Verdict::Error,
                "nosniff",
            ),
            (
                sent(&[("content-type", "text/javascript; charset=latin1")]),
                tag(""),
                Verdict::Warning,
                "latin1",
            ),
            (
                sent(&[KIND, ("cross-origin-resource-policy", "same-origin")]),
                tag(""),
                Verdict::Error,
                "Cross-Origin",
            ),
            (good(BODY), tag("crossorigin integrity=sha384-AAAA"), Verdict::Error, "does not match the hash"),
            (good(BODY), tag("integrity=sha384-AAAA"), Verdict::Error, "add crossorigin"),
            (good(BODY), tag("crossorigin integrity=md5-AAAA"), Verdict::Warning, "sha384-"),
            (good(BODY), tag("").replace("https:", "http:"), Verdict::Error, "browsers block it"),
        ] {
            let (worst, words) = says(&got, &head);
            assert!(worst == verdict && words.contains(expected), "{expected}: {words}");
        }
        let same_site = sent(&[KIND, ("cross-origin-resource-policy", "same-site")]);
        assert_eq!(
            says(&same_site, &tag("")).0,
            Verdict::Ok,
            "stats.example.org and example.org are one site"
        );
    }

    #[test]
    fn on_demand_files_need_what_modules_of_another_origin_need() {
        let page = page("");
        let any = ("access-control-allow-origin", "*");
        let is = |status, headers: &[(&str, &str)]| on_demand(&Ok(answer(SRC, status, headers, BODY)), &page);
        assert_eq!(is(200, &[KIND, any]).verdict, Verdict::Ok);
        for (status, headers, words) in [
            (404, &[KIND, any][..], "answers 404"),
            (200, &[("content-type", "text/plain"), any], "text/plain"),
            (200, &[KIND], "no Access-Control-Allow-Origin"),
            (200, &[KIND, any, any], "more than once"),
        ] {
            let finding = is(status, headers);
            assert!(finding.verdict == Verdict::Error && finding.says.contains(words), "{}", finding.says);
        }
        assert!(on_demand(&Err("refused".to_owned()), &page).says.contains("refused"));
    }
}
