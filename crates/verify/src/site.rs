//! The site itself: its page and its file for Global Privacy Control.

use serde_json::Value;
use url::Url;

use super::fetch::{Client, HttpResponse};
use super::{FetchResult, origin};
use crate::finding::Finding;

const CHECK: &str = "page";

/// Whether it is an HTML page.
pub(super) fn is_page(answer: &HttpResponse) -> bool {
    answer.status == 200 && matches!(answer.kind().as_str(), "text/html" | "application/xhtml+xml" | "")
}

/// Checks the page's response.
pub(super) fn page(requested: &Url, result: &FetchResult) -> Finding {
    let answer = match result {
        Ok(answer) => answer,
        Err(why) => {
            return Finding::error(
                CHECK,
                format!("the page cannot be fetched: {why}"),
                "check the address, the name and the certificate",
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
    if url != requested && is_login(url) {
        return error(format!("{requested} redirects to a login: {url}"), "verify a page that is public");
    }
    match status {
        200 => {}
        401 | 403 => {
            return error(
                format!("{url} answers {status}: it is not public"),
                "verify a page that is public",
            );
        }
        404 | 410 => {
            return error(
                format!("{url} answers {status}: there is no such page"),
                "verify a page that exists",
            );
        }
        _ => return error(format!("{url} answers {status}"), "verify it again once it answers 200"),
    }
    if !is_page(answer) {
        return error(format!("{url} is {}, not HTML", answer.kind()), "verify an HTML page");
    }
    if origin(url) != origin(requested) {
        let says = format!("{requested} redirects to {url}, which is what the other checks are about");
        return Finding::warning(CHECK, says, format!("if the site lists its origins, add {}", origin(url)));
    }
    Finding::ok(CHECK, format!("{url} is a page"))
}

/// Whether an address looks like a login page.
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

/// Checks the file that declares support for the signal. It belongs on the site's own origin.
pub(super) fn gpc(client: &Client, site: &Url) -> Option<Finding> {
    let address = site.join("/.well-known/gpc.json").ok()?;
    Some(check_gpc(&address, &client.get(&address)))
}

fn check_gpc(address: &Url, result: &FetchResult) -> Finding {
    let declares = |answer: &HttpResponse| {
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        answer.status == 200 && told["gpc"] == true
    };
    if result.as_ref().is_ok_and(declares) {
        return Finding::ok(
            "gpc",
            format!("{address} declares that the site honours Global Privacy Control"),
        );
    }
    Finding::warning(
        "gpc",
        format!(
            "{address} does not declare that the site honours Global Privacy Control, which askfirst does"
        ),
        "serve the file that `askfirst-collector inventory --gpc` prints",
    )
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::Timestamp;
    use ureq::http::{HeaderMap, HeaderName, HeaderValue};

    use super::*;
    use crate::finding::Verdict;
    use crate::page::HtmlPage;

    pub(crate) fn answer(url: &str, status: u16, headers: &[(&str, &str)], body: &str) -> HttpResponse {
        let mut all = HeaderMap::new();
        for (name, value) in headers {
            let name: HeaderName = name.parse().unwrap();
            all.append(name, HeaderValue::from_str(value).unwrap());
        }
        let url = Url::parse(url).unwrap();
        HttpResponse { url, status, headers: all, body: body.into(), between: [Timestamp::UNIX_EPOCH; 2] }
    }

    /// A page at <https://example.org/> with this head.
    pub(crate) fn page(head: &str) -> HtmlPage {
        let html = format!("<!doctype html><meta charset=utf-8>{head}<title>A</title><p>B");
        let answer = answer("https://example.org/", 200, &[("content-type", "text/html")], &html);
        HtmlPage::parse(&answer, &html)
    }

    #[test]
    fn a_page_that_is_not_public_is_an_error() {
        let requested = Url::parse("https://example.org/").unwrap();
        let html = ("content-type", "text/html; charset=utf-8");
        for (url, status, header, verdict, words) in [
            ("https://example.org/", 200, html, Verdict::Ok, "is a page"),
            ("https://www.example.org/", 200, html, Verdict::Warning, "https://www.example.org/"),
            ("https://example.org/login", 200, html, Verdict::Error, "redirects to a login"),
            ("https://sso.example/oauth2/authorize", 200, html, Verdict::Error, "redirects to a login"),
            ("https://example.org/", 401, html, Verdict::Error, "401"),
            ("https://example.org/", 404, html, Verdict::Error, "no such page"),
            ("https://example.org/", 500, html, Verdict::Error, "500"),
            ("https://example.org/", 200, ("content-type", "application/json"), Verdict::Error, "not HTML"),
            ("https://example.org/", 403, ("cf-mitigated", "challenge"), Verdict::Error, "robots"),
        ] {
            let finding = super::page(&requested, &Ok(answer(url, status, &[header], "")));
            assert!(finding.verdict == verdict && finding.says.contains(words), "{}", finding.says);
        }
        assert!(super::page(&requested, &Err("no such host".into())).says.contains("no such host"));
    }

    #[test]
    fn scripts_policies_base_and_charset_are_parsed() {
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
    fn the_file_for_the_signal_is_checked() {
        let address = Url::parse("https://example.org/.well-known/gpc.json").unwrap();
        let of = |status, body: &str| {
            check_gpc(&address, &Ok(answer(address.as_str(), status, &[], body))).verdict
        };
        assert_eq!(of(200, r#"{"gpc":true,"lastUpdate":"2026-11-01"}"#), Verdict::Ok);
        for (status, body) in [(404, ""), (200, "<!doctype html>"), (200, r#"{"gpc":false}"#)] {
            assert_eq!(of(status, body), Verdict::Warning, "{body}");
        }
    }
}
