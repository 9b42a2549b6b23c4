//! The site itself: its page, and its file for Global Privacy Control.

use serde_json::Value;
use url::Url;

use super::fetch::{Answer, Client};
use super::{Got, origin};
use crate::finding::Finding;

const CHECK: &str = "page";

/// Whether it is a page in which a tag can be looked for.
pub(super) fn is_page(answer: &Answer) -> bool {
    answer.status == 200 && matches!(answer.kind().as_str(), "text/html" | "application/xhtml+xml" | "")
}

/// What came of asking for the page.
pub(super) fn page(asked: &Url, got: &Got) -> Finding {
    let answer = match got {
        Ok(answer) => answer,
        Err(why) => {
            return Finding::error(
                CHECK,
                format!("it cannot be had: {why}"),
                "look at the address, the name and the certificate",
            );
        }
    };
    let (url, status) = (&answer.url, answer.status);
    let error = |says: String, fix: &str| Finding::error(CHECK, says, fix);
    if !answer.header("cf-mitigated").is_empty() {
        return error(
            format!("{url} answers with a challenge for robots"),
            "let this machine through at Cloudflare, or verify another page",
        );
    }
    if url != asked && is_login(url) {
        return error(format!("{asked} leads to a login: {url}"), "verify a page that everybody may see");
    }
    match status {
        200 => {}
        401 | 403 => {
            return error(
                format!("{url} answers {status}: it is not for everybody"),
                "verify a page that everybody may see",
            );
        }
        404 | 410 => {
            return error(
                format!("{url} answers {status}: there is no such page"),
                "verify one that there is",
            );
        }
        _ => return error(format!("{url} answers {status}"), "verify it again when it answers 200"),
    }
    if !is_page(answer) {
        return error(format!("{url} is {}, and no HTML", answer.kind()), "verify a page");
    }
    if origin(url) != origin(asked) {
        let says = format!("{asked} leads to {url}: what follows is about that");
        return Finding::warning(
            CHECK,
            says,
            format!("where the site names its origins, they need {}", origin(url)),
        );
    }
    Finding::ok(CHECK, format!("{url} is a page"))
}

/// Whether an address looks like that of a login.
fn is_login(url: &Url) -> bool {
    let words = [
        "login",
        "log-in",
        "signin",
        "sign-in",
        "sign_in",
        "wp-login.php",
        "sso",
        "auth",
        "oauth",
        "oauth2",
        "authorize",
    ];
    url.path().split('/').any(|part| words.contains(&part.to_ascii_lowercase().as_str()))
}

/// The file that says that the site answers the signal. It belongs on the site's own origin.
pub(super) fn gpc(client: &Client, site: &Url) -> Option<Finding> {
    let address = site.join("/.well-known/gpc.json").ok()?;
    Some(says(&address, &client.get(&address)))
}

fn says(address: &Url, got: &Got) -> Finding {
    let is = |answer: &Answer| {
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        answer.status == 200 && told["gpc"] == true
    };
    if got.as_ref().is_ok_and(is) {
        return Finding::ok("gpc", format!("{address} says that the site answers Global Privacy Control"));
    }
    Finding::warning(
        "gpc",
        format!("{address} does not say that the site answers Global Privacy Control, which askfirst does"),
        "askfirst-collector inventory --gpc prints the file: serve it there",
    )
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;
    use ureq::http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;
    use crate::finding::Verdict;
    use crate::page::Page;

    pub(crate) fn answer(url: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            all.append(name, HeaderValue::from_str(value).unwrap());
        }
        let url = Url::parse(url).unwrap();
        Answer { url, status, headers: all, body: body.into(), between: [Timestamp::UNIX_EPOCH; 2] }
    }

    /// A page at <https://example.org/> with that in its head.
    pub(crate) fn page(head: &str) -> Page {
        let html = format!("<!doctype html><meta charset=utf-8>{head}<title>A</title><p>B");
        let answer = answer("https://example.org/", 200, &[("content-type", "text/html")], &html);
        Page::of(&answer, &html)
    }

    #[test]
    fn what_is_no_page_for_everybody_is_named() {
        let asked = Url::parse("https://example.org/").unwrap();
        let html = ("content-type", "text/html; charset=utf-8");
        for (url, status, header, verdict, words) in [
            ("https://example.org/", 200, html, Verdict::Ok, "is a page"),
            ("https://www.example.org/", 200, html, Verdict::Warning, "https://www.example.org/"),
            ("https://example.org/login", 200, html, Verdict::Error, "leads to a login"),
            ("https://sso.example/oauth2/authorize", 200, html, Verdict::Error, "leads to a login"),
            ("https://example.org/", 401, html, Verdict::Error, "401"),
            ("https://example.org/", 404, html, Verdict::Error, "no such page"),
            ("https://example.org/", 500, html, Verdict::Error, "500"),
            ("https://example.org/", 200, ("content-type", "application/json"), Verdict::Error, "no HTML"),
            ("https://example.org/", 403, ("cf-mitigated", "challenge"), Verdict::Error, "robots"),
        ] {
            let finding = super::page(&asked, &Ok(answer(url, status, &[header], "")));
            assert!(finding.verdict == verdict && finding.says.contains(words), "{}", finding.says);
        }
        assert!(super::page(&asked, &Err("no such host".into())).says.contains("no such host"));
    }

    #[test]
    fn what_bears_on_the_snippet_is_read_out_of_the_page() {
        let page = page(
            "<base href=https://cdn.example.org/a/><meta http-equiv=Content-Security-Policy content=\"script-src 'self'\">
             <template><meta http-equiv=content-security-policy content=\"script-src 'none'\"></template>
             <script src=x.js DATA-Site='a &amp; b'></script>",
        );
        assert_eq!(
            (page.base.as_str(), page.charset.as_deref()),
            ("https://cdn.example.org/a/", Some("utf-8"))
        );
        assert_eq!((page.policies.len(), page.scripts.len()), (1, 1));
        assert_eq!(page.scripts[0].option("site"), Some("a & b"));
    }

    #[test]
    fn the_file_for_the_signal_is_looked_for() {
        let address = Url::parse("https://example.org/.well-known/gpc.json").unwrap();
        let of =
            |status, body: &str| says(&address, &Ok(answer(address.as_str(), status, &[], body))).verdict;
        assert_eq!(of(200, r#"{"gpc":true,"lastUpdate":"2026-11-01"}"#), Verdict::Ok);
        for (status, body) in [(404, ""), (200, "<!doctype html>"), (200, r#"{"gpc":false}"#)] {
            assert_eq!(of(status, body), Verdict::Warning, "{body}");
        }
    }
}
