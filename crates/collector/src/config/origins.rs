//! The origins of a site's pages. A browser sends the page's origin with each message (`Origin`, RFC 6454), and pages cannot change
//! it. Other programs can forge it. So the list keeps out mistakes and other sites' pages, but not attackers.

use serde::{Deserialize, Deserializer, de::Error as _};

/// An origin that may send: `https://example.org`, or `https://*.example.org` for every host below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    scheme: String,
    /// In lower case, without the asterisk and its dot.
    host: String,
    port: u16,
    /// Whether it stands for the hosts below, but not for the host itself.
    below: bool,
}

impl Origin {
    /// Whether `origin` is this origin, or one below it if this has an asterisk.
    pub(super) fn matches(&self, origin: &str) -> bool {
        split(origin).is_some_and(|parts| self.matches_parts(parts))
    }

    fn matches_parts(&self, (scheme, host, port): (&str, &str, u16)) -> bool {
        let same = if self.below {
            host.len().checked_sub(self.host.len()).is_some_and(|rest| {
                let (before, end) = host.as_bytes().split_at(rest);
                before.len() > 1 && before.ends_with(b".") && end.eq_ignore_ascii_case(self.host.as_bytes())
            })
        } else {
            host.eq_ignore_ascii_case(&self.host)
        };
        same && port == self.port && scheme.eq_ignore_ascii_case(&self.scheme)
    }
}

/// Scheme, host and port, if this is the origin of a web page.
fn split(origin: &str) -> Option<(&str, &str, u16)> {
    let (scheme, rest) = origin.split_once("://")?;
    let usual = match scheme {
        _ if scheme.eq_ignore_ascii_case("https") => 443,
        _ if scheme.eq_ignore_ascii_case("http") => 80,
        _ => return None,
    };
    let after_address = rest.find(']').map_or(0, |end| end + 1);
    let (host, port) = match rest[after_address..].find(':') {
        Some(colon) => {
            let (host, port) = rest.split_at(after_address + colon);
            let digits = &port[1..];
            let plain = !digits.is_empty()
                && !digits.starts_with('0')
                && digits.bytes().all(|byte| byte.is_ascii_digit());
            (host, plain.then(|| digits.parse().ok())??)
        }
        None => (rest, usual),
    };
    let bare = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']')?.parse::<std::net::Ipv6Addr>().is_ok(),
        None => is_name(host),
    };
    bare.then_some((scheme, host, port))
}

/// Letters, digits, hyphens and underscores between single dots, as browsers spell hosts.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    host.len() <= 253 && host.split('.').all(label)
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bare = text.replacen("://*.", "://", 1);
        let below = bare.len() < text.len();
        let parts = split(&bare).filter(|&(_, host, _)| !below || psl::suffix_str(host) != Some(host));
        let Some((scheme, host, port)) = parts else {
            return Err(D::Error::custom(format!(
                "{text:?} must be an origin, such as https://example.org, http://localhost:8080, or https://*.example.org for \
                 the hosts below it (of a domain that is yours): no path, no slash at its end; other letters in their xn-- form"
            )));
        };
        Ok(Self { scheme: scheme.to_ascii_lowercase(), host: host.to_ascii_lowercase(), port, below })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::config::{Config, Site};

    fn with(origins: &[&str]) -> Result<Site, String> {
        Config::parse(&format!("[[site]]\nname = \"a\"\nlevel = \"full\"\norigins = {origins:?}"))
            .map(|config| config.sites[0].clone())
            .map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn scheme_host_and_port_are_the_same_or_it_is_another_origin() {
        let site = with(&["https://example.org", "http://localhost:8080", "http://[::1]:8080"]).unwrap();
        for origin in [
            "https://example.org",
            "HTTPS://EXAMPLE.ORG",
            "https://example.org:443",
            "http://localhost:8080",
            "http://[::1]:8080",
        ] {
            assert!(site.allows(origin), "{origin}");
        }
        for origin in [
            "",
            "null",
            "*",
            "https://",
            "http://example.org",
            "https://example.org:444",
            "https://example.org:",
            "https://example.org:+443",
            "https://example.org:0443",
            "https://example.org:65979",
            "https://example.org/",
            "https://example.org.",
            "https://example.org.evil.example",
            "https://example.com",
            "https://www.example.org",
            "https://notexample.org",
            "https://example.org@evil.example",
            "https://evil.example#https://example.org",
            "https://evil.example, https://example.org",
            " https://example.org",
            "https://example.org\0",
            "https://example.org https://example.org",
            "http://localhost",
            "http://[::1]",
            "http://[::1]evil:8080",
            "http://::1:8080",
            "ftp://example.org",
            "example.org",
        ] {
            assert!(!site.allows(origin), "{origin:?}");
        }
    }

    #[test]
    fn an_asterisk_names_the_hosts_below_and_not_the_host() {
        let site = with(&["https://*.Example.org"]).unwrap();
        for origin in ["https://www.example.org", "https://a.b.EXAMPLE.org"] {
            assert!(site.allows(origin), "{origin}");
        }
        for origin in [
            "https://example.org",
            "https://.example.org",
            "https://evilexample.org",
            "https://www.example.org.evil.example",
            "https://www.example.org:8443",
            "http://www.example.org",
            "https://*.example.org",
        ] {
            assert!(!site.allows(origin), "{origin}");
        }
    }

    #[test]
    fn without_a_list_all_may_send_and_none_is_listed() {
        let site = with(&[]).unwrap();
        assert!(
            site.allows("https://evil.example") && site.allows("null") && !site.lists("https://a.example")
        );
    }

    #[test]
    fn what_is_no_origin_is_refused_with_what_to_write_instead() {
        for origin in [
            "example.org",
            "https://example.org/",
            "https://example.org/path",
            "https://user@example.org",
            "https://exämple.org",
            "https://*",
            "https://*.org",
            "https://*.co.uk",
            "https://*.",
            "https://www.*.org",
            "https://*.*.example.org",
            "*",
            "null",
            "",
        ] {
            let error = with(&[origin]).unwrap_err();
            assert!(error.contains("line 4") && error.contains("https://*.example.org"), "{origin}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_origin_is_taken_for_another(origin in "(https?|null|HTTPS)(://)?[a-zA-Z.:@/#*0-9-]{0,24}(example\\.org)?.{0,4}") {
            let site = with(&["https://example.org"]).unwrap();
            let lower = origin.to_ascii_lowercase();
            prop_assert_eq!(
                site.allows(&origin),
                ["https://example.org", "https://example.org:443"].contains(&lower.as_str()),
            );
        }
    }
}
