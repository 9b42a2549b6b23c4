//! A content security policy (CSP Level 3), as far as it applies to scripts and their requests.
//!
//! The crate `content-security-policy` (Servo's, 0.9.0) was considered. It would replace the matching of addresses (70 lines) and
//! bring seven more crates, among them a second SHA-2 and a second base64. What to add to a policy would still be found here.

use url::Url;

/// One policy. A page may have several, and each must allow what the page does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CspPolicy {
    /// Where it was found, for messages.
    pub(super) place: &'static str,
    /// Names in lower case with their values. The first directive of a name counts.
    directives: Vec<(String, Vec<String>)>,
}

/// A directive of a policy.
#[derive(Clone, Copy, Debug)]
pub(super) struct CspDirective<'a> {
    pub(super) name: &'a str,
    pub(super) values: &'a [String],
}

impl CspPolicy {
    /// Parses the policies of one header or `<meta>`.
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

    /// The first of these directives that the policy has. It alone decides.
    pub(super) fn deciding(&self, names: &[&str]) -> Option<CspDirective<'_>> {
        names.iter().find_map(|name| {
            let (name, values) = self.directives.iter().find(|(known, _)| known == name)?;
            Some(CspDirective { name, values })
        })
    }
}

impl CspDirective<'_> {
    /// Whether it names this keyword, nonce or hash. Nonces and hashes are case-sensitive.
    pub(super) fn names(&self, word: &str) -> bool {
        let keyword = !word.starts_with("'nonce-") && !word.starts_with("'sha");
        self.values.iter().any(|value| value == word || keyword && value.eq_ignore_ascii_case(word))
    }

    /// Whether one of its sources allows the address, for a page at `own`.
    pub(super) fn allows(&self, url: &Url, own: &Url) -> bool {
        self.values.iter().any(|source| source_allows(source, url, own))
    }
}

fn source_allows(source: &str, url: &Url, own: &Url) -> bool {
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

/// A source of `http` also allows `https`.
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

/// A path that ends with a slash allows everything below it.
fn is_path(pattern: &str, path: &str) -> bool {
    pattern.is_empty() || if pattern.ends_with('/') { path.starts_with(pattern) } else { path == pattern }
}

/// Splits off the port. The colons inside the brackets of an IPv6 address are not its.
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
    fn sources_allow_what_browsers_allow() {
        let own = url("https://example.org/page");
        for (source, address, allowed) in [
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
            assert_eq!(source_allows(source, &url(address), &own), allowed, "{source} {address}");
        }
    }

    #[test]
    fn the_most_specific_directive_decides_and_the_first_of_its_name() {
        let policies =
            CspPolicy::parse("default-src 'none'; script-src 'self'; script-src *, img-src 'self'", "here");
        assert_eq!(policies.len(), 2);
        let deciding = policies[0].deciding(&["script-src-elem", "script-src", "default-src"]).unwrap();
        assert_eq!((deciding.name, deciding.values), ("script-src", &["'self'".to_owned()][..]));
        assert!(policies[1].deciding(&["connect-src", "default-src"]).is_none());
        assert!(CspPolicy::parse(" ; ,", "here").is_empty());
    }

    #[test]
    fn nonces_are_case_sensitive_and_keywords_are_not() {
        let policy = &CspPolicy::parse("script-src 'nonce-aB' 'Strict-Dynamic'", "here")[0];
        let deciding = policy.deciding(&["script-src"]).unwrap();
        assert!(
            deciding.names("'nonce-aB'")
                && !deciding.names("'nonce-ab'")
                && deciding.names("'strict-dynamic'")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_parsed(text in "\\PC{0,80}") {
            let own = url("https://example.org/");
            for policy in CspPolicy::parse(&text, "here") {
                for (name, _) in &policy.directives {
                    let _ = policy.deciding(&[name]).map(|directive| directive.allows(&own, &own));
                }
            }
        }
    }
}
