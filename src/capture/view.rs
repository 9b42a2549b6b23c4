//! What the page shows, made into what a hit may say. Pure; everything that is not in the wire's types is lost here.

use askfirst_wire::hit::ViewHead;
use askfirst_wire::redact::cut;
use askfirst_wire::{EventHit, Props, Viewport, limits, redact};

/// What the browser shows when a page is seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// `location.hostname`.
    pub host: &'a str,
    /// `location.pathname`, decoded.
    pub path: &'a str,
    /// `document.referrer`.
    pub referrer: &'a str,
    /// Type of the page load's navigation: `navigate`, `reload`, `back_forward`, `prerender`.
    pub navigation: &'a str,
    /// `utm_source`, `utm_medium` and `utm_campaign`, decoded; empty if the address has none.
    pub campaign: [&'a str; 3],
    /// Whether this is the page load's first view: referrer, campaign and navigation speak of that one only.
    pub first: bool,
    /// How many of the width classes' limits (600, 1024, 1536 CSS pixels) the window reaches.
    pub width: u8,
}

/// What the view of that page, as its template, says. `asked`: the number of the policy, if the module asks on this page.
#[must_use]
pub fn view<'a>(seen: &Seen<'a>, page: &'a str, asked: Option<u32>) -> ViewHead<'a> {
    let viewport = Some(Viewport::of(seen.width));
    let mut view = ViewHead { page, referrer: "", entry: false, asked: None, named: [""; 3], viewport };
    if seen.first {
        view.entry = seen.navigation == "navigate";
        if let Some(host) = referrer(seen.referrer) {
            if is_below(host, seen.host) || is_below(seen.host, host) {
                view.entry = false;
            } else {
                view.referrer = host;
            }
        }
        if view.entry {
            view.asked = asked;
        }
        view.named = seen.campaign.map(|value| redact::value(value, limits::CAMPAIGN));
    }
    view
}

/// Host of `document.referrer`, which browsers give as an absolute URL without fragment or credentials.
fn referrer(address: &str) -> Option<&str> {
    let (_, rest) = cut(address, b":");
    let (host, _) = cut(rest.strip_prefix("://")?, b"/?#:@");
    (!host.is_empty() && host.len() <= limits::HOST).then_some(host)
}

/// Whether the host is the site or below it, `www.` aside.
fn is_below(host: &str, site: &str) -> bool {
    let site = site.strip_prefix("www.").unwrap_or(site);
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The event.
#[must_use]
pub fn event(path: &str, name: String, props: Props) -> EventHit {
    EventHit { name, page: redact::page(path), props }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(referrer: &str) -> Seen<'_> {
        Seen {
            host: "www.shop.example",
            path: "/",
            referrer,
            navigation: "navigate",
            campaign: [""; 3],
            first: true,
            width: 2,
        }
    }

    #[test]
    fn subdomains_and_www_are_the_same_site() {
        for own in ["https://shop.example/a", "https://www.shop.example", "http://blog.shop.example:8080/x?y"]
        {
            let view = view(&seen(own), "/", None);
            assert_eq!((view.referrer, view.entry), ("", false), "{own}");
        }
        for other in
            ["https://notshop.example/", "https://shop.example.evil/", "android-app://com.example.app/"]
        {
            let view = view(&seen(other), "/", None);
            assert!(!view.referrer.is_empty() && view.entry, "{other}");
        }
    }

    #[test]
    fn a_referrer_without_a_host_or_with_one_too_long_is_none() {
        let long = format!("https://{}/", "a".repeat(limits::HOST + 1));
        for address in ["", "https:///x", "about:blank", long.as_str()] {
            assert_eq!(view(&seen(address), "/", None).referrer, "", "{address}");
        }
        let longest = format!("https://{}/", "a".repeat(limits::HOST));
        assert_eq!(view(&seen(&longest), "/", None).referrer.len(), limits::HOST);
    }

    #[test]
    fn campaign_values_are_redacted_and_belong_to_the_first_view() {
        let first = Seen { campaign: ["a b", "", "ada@example.org"], ..seen("") };
        assert_eq!(view(&first, "/", None).named, ["a b", "", ":email"]);
        assert_eq!(view(&Seen { first: false, ..first }, "/", None).named, [""; 3]);
    }

    #[test]
    fn only_an_entry_says_that_the_page_asks() {
        assert_eq!(view(&seen(""), "/", Some(7)).asked, Some(7));
        assert_eq!(view(&seen(""), "/", None).asked, None);
        for no_entry in [
            seen("https://shop.example/"),
            Seen { navigation: "reload", ..seen("") },
            Seen { first: false, ..seen("") },
        ] {
            assert_eq!(view(&no_entry, "/", Some(7)).asked, None, "{no_entry:?}");
        }
    }

    proptest! {
        #[test]
        fn of_the_referrer_only_the_host_survives(secret in "[A-Z]{12}", key in "[a-z]{1,8}") {
            let referrer = format!("https://news.example:81/{key}/{secret}?{key}={secret}#{secret}");
            let said = format!("{:?}", view(&seen(&referrer), "/", None));
            prop_assert!(!said.contains(&secret) && said.contains("news.example"), "{}", said);
        }

        #[test]
        fn any_page_gives_a_hit(path in "\\PC{0,80}", campaign in "\\PC{0,80}", referrer in "\\PC{0,80}") {
            let page = redact::page(&path);
            let view = view(&Seen { path: &path, campaign: [&campaign; 3], ..seen(&referrer) }, &page, None);
            prop_assert!(view.page.starts_with('/'));
        }
    }
}
