//! The script's file: whether it is there, whether browsers take it, and whether it is the one that the tag pins.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::fetch::Answer;
use super::page::Page;
use super::tag::{Tag, is_javascript};
use super::{Got, is_safe, origin};
use crate::finding::Finding;

const CHECK: &str = "script";
const INTEGRITY: &str = "integrity";

/// Looks at what stands at the tag's address.
pub(super) fn examine(got: &Got, tag: &Tag, page: &Page) -> Vec<Finding> {
    let error = |says: String, fix: &str| vec![Finding::error(CHECK, says, fix)];
    let answer = match got {
        Ok(answer) => answer,
        Err(why) => {
            return error(
                format!("it cannot be had: {why}"),
                "start the collector, and look at the name, the certificate and the proxy in front",
            );
        }
    };
    let address = &tag.address;
    if page.url.scheme() == "https" && !is_safe(address) {
        return error(
            format!("the page is https and {address} is not: browsers block it"),
            "write https:// in src",
        );
    }
    if answer.status != 200 {
        return error(
            format!("{address} answers {}", answer.status),
            "the proxy has to pass that path to the collector, whose --assets names the directory of askfirst.js",
        );
    }
    let kind = answer.kind();
    if kind == "text/html" || !contains(&answer.body, b"askfirst") {
        return error(
            format!(
                "what stands at {address} is not the script, but {}",
                if kind.is_empty() { "of no type" } else { &kind }
            ),
            "the proxy has to pass that path to the collector, before the site's own pages",
        );
    }
    let mut findings: Vec<Finding> = [taken(answer, &kind), charset(answer, tag, page), policy(answer, page)]
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

/// What the script loads when it is wanted, of which this is one: browsers are strict with it, since it is a module.
pub(super) fn part(got: &Got, page: &Page) -> Finding {
    let says = match got {
        Err(why) => format!("cannot be had: {why}"),
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
                        format!("{} is there, for who opens the preferences", answer.url),
                    );
                }
            }
        }
    };
    Finding::error(
        "files",
        format!("nobody can open the preferences: {says}"),
        "the proxy has to pass every /askfirst-….js to the collector, and to leave its headers: docs/operate.md names them",
    )
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

fn taken(answer: &Answer, kind: &str) -> Option<Finding> {
    if is_javascript(kind) {
        return None;
    }
    let says = format!("the script is sent as {kind:?}");
    let fix = "let the proxy leave the collector's Content-Type: text/javascript; charset=utf-8";
    Some(if answer.header("x-content-type-options").eq_ignore_ascii_case("nosniff") {
        Finding::error(CHECK, format!("{says} with nosniff: browsers block it"), fix)
    } else {
        Finding::warning(CHECK, says, fix)
    })
}

/// The module stands in the script as characters: read in another set, it is broken.
fn charset(answer: &Answer, tag: &Tag, page: &Page) -> Option<Finding> {
    let named = Some(tag.script.attribute("charset").to_ascii_lowercase()).filter(|name| !name.is_empty());
    let charset = answer.charset().or(named).or_else(|| page.charset.clone());
    let is_utf8 = charset.as_deref().is_some_and(|name| matches!(name, "utf-8" | "utf8"));
    (!is_utf8).then(|| {
        let read = charset.as_deref().unwrap_or("a character set that browsers guess");
        Finding::warning(
            CHECK,
            format!("the script is read in {read}: its WebAssembly is broken then, and askfirst-plain.js is loaded instead"),
            "send it as text/javascript; charset=utf-8",
        )
    })
}

/// Whether pages of other origins may load it.
fn policy(answer: &Answer, page: &Page) -> Option<Finding> {
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
            format!("Cross-Origin-Resource-Policy: {policy} keeps the page from loading it"),
            "let the proxy leave the collector's: cross-origin",
        )
    })
}

fn integrity(body: &[u8], tag: &Tag, page: &Page) -> Vec<Finding> {
    let pinned = tag.script.attribute("integrity");
    if pinned.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if tag.address.origin() != page.url.origin() && !tag.script.attributes.contains_key("crossorigin") {
        findings.push(Finding::error(
            INTEGRITY,
            "integrity without crossorigin: browsers block a script of another origin then",
            "add crossorigin to the tag",
        ));
    }
    // Of several algorithms the strongest counts; of several hashes of that, any.
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
            "integrity names no hash that browsers know: nothing is pinned",
            format!("integrity=\"sha384-{}\"", STANDARD.encode(Sha384::digest(body))),
        ));
        return findings;
    };
    let real = STANDARD.encode(digest);
    if !hashes(name).contains(&real.as_str()) {
        findings.push(Finding::error(
            INTEGRITY,
            "the file is not the one that the tag pins: browsers block it",
            format!("integrity=\"{name}-{real}\", where that is the version that you want"),
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(INTEGRITY, format!("the file is the one that the tag pins by {name}")));
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

    fn says(got: &Got, head: &str) -> (Verdict, String) {
        let page = page(head);
        let tag = tag::examine(&page, false).0.unwrap();
        let findings = examine(got, &tag, &page);
        let words = findings.iter().map(|f| format!("{} -> {:?}\n", f.says, f.fix)).collect();
        (findings.iter().map(|finding| finding.verdict).max().unwrap(), words)
    }

    fn tag(more: &str) -> String {
        format!("<script defer src={SRC} {more}></script>")
    }

    const KIND: (&str, &str) = ("content-type", "text/javascript; charset=utf-8");

    #[test]
    fn a_file_that_browsers_take_is_well() {
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
    fn what_keeps_browsers_from_it_is_told() {
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
            (
                good(BODY),
                tag("crossorigin integrity=sha384-AAAA"),
                Verdict::Error,
                "not the one that the tag pins",
            ),
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
    fn what_the_script_loads_is_taken_as_a_module_of_another_origin() {
        let page = page("");
        let any = ("access-control-allow-origin", "*");
        let is = |status, headers: &[(&str, &str)]| part(&Ok(answer(SRC, status, headers, BODY)), &page);
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
        assert!(part(&Err("refused".to_owned()), &page).says.contains("refused"));
    }
}
