//! The domain below which a site's hosts share the visitor's choice in a cookie.

use anyhow::ensure;

/// Checks that browsers accept the domain in a cookie.
pub(super) fn check(site: &str, domain: &str) -> anyhow::Result<()> {
    let what = format!("site {site:?}: cookie_domain = {domain:?}");
    ensure!(
        domain.parse::<std::net::IpAddr>().is_err(),
        "{what} is an IP address, but a cookie can be shared only below a domain: remove it"
    );
    ensure!(
        domain.len() <= 253 && domain.split('.').all(is_label),
        "{what} must be a bare domain in lower case, such as \"example.org\": no scheme, no port, no path, no dot before \
             it; other letters in their xn-- form"
    );
    ensure!(
        psl::suffix_str(domain) != Some(domain),
        "{what} is a public suffix, and browsers reject cookies for those: use your own domain below it, such as \
             \"example.{domain}\""
    );
    Ok(())
}

/// Whether this is a label of a domain (RFC 1123), in lower case.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn with(domain: &str) -> Result<Config, String> {
        Config::parse(&format!("[[site]]\nname = \"a\"\nlevel = \"full\"\ncookie_domain = \"{domain}\""))
            .map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn domains_that_are_somebodys_are_taken() {
        for domain in
            ["example.org", "shop.example.org", "example.co.uk", "xn--bcher-kva.example", "site.test"]
        {
            assert_eq!(with(domain).unwrap().sites[0].cookie_domain.as_deref(), Some(domain));
        }
    }

    #[test]
    fn others_are_refused_with_what_to_write_instead() {
        for (domain, words) in [
            ("https://example.org", "bare domain"),
            ("example.org:8100", "bare domain"),
            ("example.org/", "bare domain"),
            (".example.org", "bare domain"),
            ("example.org.", "bare domain"),
            ("Example.org", "lower case"),
            ("bücher.example", "xn--"),
            ("exa mple.org", "bare domain"),
            ("a.org; Path=/x", "bare domain"),
            ("-a.org", "bare domain"),
            ("", "bare domain"),
            ("127.0.0.1", "is an IP address"),
            ("::1", "is an IP address"),
            ("org", "\"example.org\""),
            ("co.uk", "public suffix"),
            ("github.io", "public suffix"),
            ("localhost", "public suffix"),
        ] {
            let error = with(domain).unwrap_err();
            assert!(error.contains(words) && error.contains("cookie_domain"), "{domain}: {error}");
        }
    }
}
