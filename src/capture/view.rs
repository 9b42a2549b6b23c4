//! What the page shows, made into what a hit may say. Pure; everything that is not in the wire's types is lost here.

use askfirst_wire::hit::ViewHead;
use askfirst_wire::redact::cut;
use askfirst_wire::{AggregatedEvent, Props, Viewport, limits, redact};

use crate::pairs::find;

/// What the browser shows when a page is seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// `location.hostname`.
    pub host: &'a str,
    /// `location.pathname`.
    pub path: &'a str,
    /// `location.search`.
    pub search: &'a str,
    /// `document.referrer`.
    pub referrer: &'a str,
    /// Type of the page load's navigation: `navigate`, `reload`, `back_forward`, `prerender`.
    pub navigation: &'a str,
    /// Whether this is the page load's first view: referrer, search and navigation speak of that one only.
    pub first: bool,
    /// How many of the width classes' limits (600, 1024, 1536 CSS pixels) the window reaches.
    pub width: u8,
}

/// What the view of that page, as its template, says, and the path of this site that the referrer names, whose template only a
/// hit under an id may say.
#[must_use]
pub fn view<'a>(seen: &Seen<'a>, page: &'a str) -> (ViewHead<'a>, Option<&'a str>) {
    let viewport = Some(Viewport::of(seen.width));
    let mut view = ViewHead { page, referrer: "", entry: false, named: [""; 3], viewport };
    let mut previous = None;
    if seen.first {
        view.entry = seen.navigation == "navigate";
        if let Some((host, path)) = referrer(seen.referrer) {
            if is_below(host, seen.host) || is_below(seen.host, host) {
                view.entry = false;
                previous = Some(path);
            } else {
                view.referrer = host;
            }
        }
        view.named = ["utm_source", "utm_medium", "utm_campaign"].map(|name| named(seen.search, name));
    }
    (view, previous)
}

/// Host and path of `document.referrer`, which browsers give as an absolute URL without fragment or credentials.
fn referrer(address: &str) -> Option<(&str, &str)> {
    let (_, rest) = cut(address, b":");
    let (authority, path) = cut(rest.strip_prefix("://")?, b"/?#");
    let (host, _) = cut(authority, b":@");
    (!host.is_empty() && host.len() <= limits::HOST).then_some((host, path))
}

/// Whether the host is the site or below it, `www.` aside.
fn is_below(host: &str, site: &str) -> bool {
    let site = site.strip_prefix("www.").unwrap_or(site);
    host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// The redacted value of one named parameter; empty where it is not there. No other parameter is looked at.
fn named<'a>(search: &'a str, name: &str) -> &'a str {
    find(search.strip_prefix("?").unwrap_or(search), b'&', name)
        .map_or("", |value| redact::value(value, limits::CAMPAIGN))
}

/// The event.
#[must_use]
pub fn event(path: &str, name: String, props: Props) -> AggregatedEvent {
    AggregatedEvent { name, page: redact::page(path), props }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen<'a>(search: &'a str, referrer: &'a str) -> Seen<'a> {
        Seen {
            host: "www.shop.example",
            path: "/",
            search,
            referrer,
            navigation: "navigate",
            first: true,
            width: 2,
        }
    }

    fn aggregated<'a>(seen: &Seen<'a>) -> ViewHead<'a> {
        view(seen, "/").0
    }

    #[test]
    fn subdomains_and_www_are_the_same_site() {
        for own in ["https://shop.example/a", "https://www.shop.example", "http://blog.shop.example:8080/x?y"]
        {
            let view = aggregated(&seen("", own));
            assert_eq!((view.referrer, view.entry), ("", false), "{own}");
        }
        for other in
            ["https://notshop.example/", "https://shop.example.evil/", "android-app://com.example.app/"]
        {
            let view = aggregated(&seen("", other));
            assert!(!view.referrer.is_empty() && view.entry, "{other}");
        }
    }

    #[test]
    fn only_named_campaign_values_are_read() {
        let view =
            aggregated(&seen("?utm_source=a+b&utm_mediums=x&gclid=1&utm_campaign=ada%40example.org", ""));
        assert_eq!(view.named, ["a+b", "", ":email"]);
    }

    proptest! {
        #[test]
        fn no_part_of_a_query_survives_but_named_values(
            secret in "[A-Z]{12}",
            key in "[a-z]{1,8}",
            in_query: bool,
        ) {
            let pair = format!("?{key}={secret}");
            let referrer = format!("https://shop.example/{key}{pair}#{secret}");
            let path = if in_query { format!("/page{pair}") } else { format!("/page#{secret}") };
            let page = redact::page(&path);
            let (view, from) = view(&Seen { path: &path, ..seen(&pair, &referrer) }, &page);
            let said = format!("{view:?} {:?}", from.map(redact::page));
            prop_assert!(!said.contains(&secret), "{}", said);
        }

        #[test]
        fn any_page_gives_a_hit(path in "\\PC{0,80}", search in "\\PC{0,80}", referrer in "\\PC{0,80}") {
            let page = redact::page(&path);
            let (view, _) = view(&Seen { path: &path, ..seen(&search, &referrer) }, &page);
            prop_assert!(view.page.starts_with('/'));
        }
    }
}
