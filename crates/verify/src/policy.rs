//! A content security policy (CSP Level 3), as far as it bears on scripts and on requests of scripts.

use url::Url;

/// One policy. A page may have several; what it does has to be allowed by each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    /// Where it stands, in words.
    pub(super) place: &'static str,
    /// Names in lower case, each with its values; of those that stand twice the first.
    directives: Vec<(String, Vec<String>)>,
}

/// A directive that decides something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Directive<'a> {
    pub(super) name: &'a str,
    pub(super) values: &'a [String],
}

impl Policy {
    /// The policies of one header or `<meta>`.
    pub(super) fn parse(text: &str, place: &'static str) -> Vec<Self> {
        let policies = text.split(',').map(|policy| {
            let mut directives: Vec<(String, Vec<String>)> = Vec::new();
            for directive in policy.split(';') {
                let mut words = directive.split_ascii_whitespace();
                let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
                if directives.iter().all(|(known, _)| *known != name) {
                    directives.push((name, words.map(str::to_owned).collect()));
                }
            }
            Self { place, directives }
        });
        policies.filter(|policy| !policy.directives.is_empty()).collect()
    }

    /// The first of these directives that is there: it decides, and those after it do not.
    pub(super) fn decides(&self, names: &[&str]) -> Option<Directive<'_>> {
        names.iter().find_map(|name| {
            let (name, values) = self.directives.iter().find(|(known, _)| known == name)?;
            Some(Directive { name, values })
        })
    }
}

impl Directive<'_> {
    /// Whether it names that keyword, nonce or hash. Nonces and hashes are told apart by case.
    pub(super) fn has(&self, word: &str) -> bool {
        let keyword = !word.starts_with("'nonce-") && !word.starts_with("'sha");
        self.values.iter().any(|value| value == word || keyword && value.eq_ignore_ascii_case(word))
    }

    /// Whether one of its addresses takes in that one, for a page at `own`.
    pub(super) fn takes(&self, url: &Url, own: &Url) -> bool {
        self.values.iter().any(|source| takes(source, url, own))
    }
}

fn takes(source: &str, url: &Url, own: &Url) -> bool {
    let lower = source.to_ascii_lowercase();
    if lower == "'self'" {
        let upgraded = own.scheme() == "http" && url.scheme() == "https" && url.host() == own.host();
        return url.origin() == own.origin() || upgraded && url.port().is_none() && own.port().is_none();
    }
    if lower == "*" {
        return matches!(url.scheme(), "http" | "https");
    }
    if let Some(scheme) = lower.strip_suffix(':') {
        return is_scheme(scheme, url);
    }
    if lower.starts_with('\'') {
        return false;
    }
    let (scheme, rest) =
        source.split_once("://").map_or((None, source), |(scheme, rest)| (Some(scheme), rest));
    let (place, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let (host, port) = split_port(place);
    is_scheme(&scheme.unwrap_or(own.scheme()).to_ascii_lowercase(), url)
        && is_host(&host.to_ascii_lowercase(), url)
        && is_port(port, url)
        && is_path(path, url.path())
}

/// `https` is as good where `http` is allowed.
fn is_scheme(scheme: &str, url: &Url) -> bool {
    scheme == url.scheme() || scheme == "http" && url.scheme() == "https"
}

fn is_host(pattern: &str, url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    match pattern.strip_prefix('*') {
        Some("") => true,
        Some(end) => host.ends_with(end) && host.len() > end.len(),
        None => host == pattern,
    }
}

fn is_port(port: Option<&str>, url: &Url) -> bool {
    let real = url.port_or_known_default();
    match port {
        Some("*") => true,
        Some("80") if url.scheme() == "https" => matches!(real, Some(80 | 443)),
        Some(port) => port.parse().ok() == real,
        None => url.port().is_none(),
    }
}

/// A path that ends with a slash stands for all below it.
fn is_path(pattern: &str, path: &str) -> bool {
    pattern.is_empty() || if pattern.ends_with('/') { path.starts_with(pattern) } else { path == pattern }
}

/// The colon of a port is behind the bracket of an IPv6 address.
fn split_port(place: &str) -> (&str, Option<&str>) {
    let from = place.find(']').unwrap_or(0);
    match place[from..].find(':') {
        Some(colon) => (&place[..from + colon], Some(&place[from + colon + 1..])),
        None => (place, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn sources_take_in_what_browsers_say_they_do() {
        let own = url("https://example.org/page");
        for (source, address, taken) in [
            ("'self'", "https://example.org/askfirst.js", true),
            ("'self'", "https://stats.example.org/askfirst.js", false),
            ("'SELF'", "https://example.org/a", true),
            ("*", "https://stats.example.org/a", true),
            ("https:", "https://stats.example.org/a", true),
            ("https:", "http://stats.example.org/a", false),
            ("stats.example.org", "https://stats.example.org/askfirst.js", true),
            ("Stats.Example.org", "https://stats.example.org/askfirst.js", true),
            ("stats.example.org", "http://stats.example.org/askfirst.js", false),
            ("http://stats.example.org", "https://stats.example.org/askfirst.js", true),
            ("http://stats.example.org:80", "https://stats.example.org/askfirst.js", true),
            ("*.example.org", "https://stats.example.org/a", true),
            ("*.example.org", "https://example.org/a", false),
            ("*.example.org", "https://stats.example.org.evil/a", false),
            ("https://stats.example.org/askfirst.js", "https://stats.example.org/askfirst.js", true),
            ("https://stats.example.org/askfirst.js", "https://stats.example.org/collect", false),
            ("https://stats.example.org/js/", "https://stats.example.org/js/askfirst.js", true),
            ("stats.example.org:8443", "https://stats.example.org/a", false),
            ("stats.example.org:8443", "https://stats.example.org:8443/a", true),
            ("stats.example.org", "https://stats.example.org:8443/a", false),
            ("stats.example.org:*", "https://stats.example.org:8443/a", true),
            ("'none'", "https://example.org/a", false),
            ("'unsafe-inline'", "https://example.org/a", false),
            ("[::1]:80", "http://[::1]/a", false),
            ("http://[::1]", "http://[::1]/a", true),
        ] {
            assert_eq!(takes(source, &url(address), &own), taken, "{source} {address}");
        }
    }

    #[test]
    fn the_most_special_directive_decides_and_the_first_of_its_name() {
        let policies =
            Policy::parse("default-src 'none'; script-src 'self'; script-src *, img-src 'self'", "here");
        assert_eq!(policies.len(), 2);
        let decides = policies[0].decides(&["script-src-elem", "script-src", "default-src"]).unwrap();
        assert_eq!((decides.name, decides.values), ("script-src", &["'self'".to_owned()][..]));
        assert!(policies[1].decides(&["connect-src", "default-src"]).is_none());
        assert!(Policy::parse(" ; ,", "here").is_empty());
    }

    #[test]
    fn nonces_are_told_apart_by_case_and_keywords_are_not() {
        let policy = &Policy::parse("script-src 'nonce-aB' 'Strict-Dynamic'", "here")[0];
        let decides = policy.decides(&["script-src"]).unwrap();
        assert!(decides.has("'nonce-aB'") && !decides.has("'nonce-ab'") && decides.has("'strict-dynamic'"));
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_read(text in "\\PC{0,80}") {
            let own = url("https://example.org/");
            for policy in Policy::parse(&text, "here") {
                for (name, _) in &policy.directives {
                    let _ = policy.decides(&[name]).map(|directive| directive.takes(&own, &own));
                }
            }
        }
    }
}
