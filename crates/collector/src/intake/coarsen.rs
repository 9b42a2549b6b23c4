//! The coarse values that are counted and kept. Redaction is applied again: the collector believes no sender.

use askfirst_wire::builtin::OTHER;
use askfirst_wire::hit::Props;
use askfirst_wire::{EventHit, ViewHit, builtin, limits, redact};
use serde::Serializer as _;

use super::pages::Pages;
use super::{DIRECT, HitCounts, Revenue, SiteRules, Undeclared, ViewCount, Word, revenue};
use crate::context::Context;

/// Dimensions of page views that rows have too.
pub(super) const REFERRER: &str = "referrer";
pub(super) const SOURCE: &str = "source";
pub(super) const MEDIUM: &str = "medium";
pub(super) const CAMPAIGN: &str = "campaign";

/// The number that a batch's hex digits spell, or the low half of a number of 128 bits. The digits were checked.
pub fn number(hex: &str) -> u64 {
    let low = hex.len().saturating_sub(limits::BATCH_HEX);
    hex.get(low..).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or_default()
}

/// The page template of a path. Pages send it decoded and redacted; the collector does both again, because it trusts no sender.
pub(super) fn page(path: &str) -> String {
    redact::page(&redact::decoded(path))
}

pub(super) fn view(view: ViewHit, pages: &Pages, context: Option<&Context>) -> HitCounts {
    let campaign = |value: Option<String>| {
        value.map(|value| Word::from(redact::value(&redact::decoded(&value), limits::CAMPAIGN).to_owned()))
    };
    let referrer = match view.referrer {
        Some(host) => Some(domain(host)),
        None => view.entry.then_some(Word::Known(DIRECT)),
    };
    let cells = [
        (REFERRER, referrer),
        (SOURCE, campaign(view.source)),
        (MEDIUM, campaign(view.medium)),
        (CAMPAIGN, campaign(view.campaign)),
        ("viewport", view.viewport.map(|class| class.as_str().into())),
    ];
    HitCounts {
        page: pages.template(view.page),
        view: Some(ViewCount { entry: view.entry, asked: view.asked }),
        cells: cells
            .into_iter()
            .filter_map(|(dimension, value)| Some((Word::Known(dimension), value?)))
            .collect(),
        context: context.copied(),
        revenue: None,
    }
}

/// The event's name comes first among the cells. Its properties come back as the caller gave them.
pub(super) fn event(
    event: EventHit,
    (terms, pages): (&SiteRules, &Pages),
    undeclared: &mut Undeclared,
) -> (HitCounts, Props) {
    let event = composed(event);
    let known = terms.event(&event.name);
    let name = match known {
        Some(event) => event.name.clone(),
        None => {
            undeclared.event(&event.name);
            Word::Known(OTHER)
        }
    };
    let mut cells = vec![(Word::Known("event"), name.clone())];
    let mut brought = None;
    // Traits are no counts.
    let counted = if event.name == builtin::IDENTIFIED { &[] } else { &event.props.0[..] };
    for (prop, value) in counted {
        if prop == builtin::REVENUE {
            match revenue::read(value) {
                Some((amount, currency)) => {
                    brought = Some(Revenue { event: name.clone(), currency: currency.into(), amount });
                }
                None => undeclared.prop(prop),
            }
            continue;
        }
        match terms.prop(known, prop, value) {
            Some((dimension, Some(counted))) => cells.push((dimension, counted)),
            Some((dimension, None)) => {
                undeclared.value(prop, value);
                cells.push((dimension, Word::Known(OTHER)));
            }
            None => undeclared.prop(prop),
        }
    }
    let page = pages.template(event.page);
    (HitCounts { page, view: None, cells, context: None, revenue: brought }, event.props)
}

/// Names and values in Unicode's composed form: a label that is typed on one system is the one that is declared on another.
fn composed(event: EventHit) -> EventHit {
    let pair = |(name, value)| (redact::composed(name), redact::composed(value));
    let props = Props(event.props.0.into_iter().map(pair).collect());
    EventHit { name: redact::composed(event.name), props, ..event }
}

/// The properties as they are kept in a row: as the caller gave them.
pub(super) fn props_json(props: &Props) -> Option<String> {
    if props.is_empty() {
        return None;
    }
    let mut json = Vec::new();
    serde_json::Serializer::new(&mut json)
        .collect_map(props.0.iter().map(|(name, value)| (name, value)))
        .ok()?;
    String::from_utf8(json).ok()
}

/// The registrable domain of a host, in lower case. What no public suffix list knows, an address or a name inside a
/// company's network, is "(other)". The names reserved for examples and tests (RFC 2606) pass: they belong to nobody.
pub(super) fn domain(mut host: String) -> Word {
    host.make_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    psl::domain(host.as_bytes())
        .filter(|domain| {
            domain.suffix().is_known() || matches!(domain.suffix().as_bytes(), b"example" | b"test")
        })
        .and_then(|domain| std::str::from_utf8(domain.as_bytes()).ok())
        .filter(|domain| domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)))
        .map_or(Word::Known(OTHER), |domain| domain.to_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_become_registrable_domains() {
        for (host, expected) in [
            ("www.News.Example", "news.example"),
            ("news.example.", "news.example"),
            ("a.b.example.co.uk", "example.co.uk"),
            ("ada.github.io", "ada.github.io"),
            ("co.uk", OTHER),
            ("intranet", OTHER),
            ("ada-laptop.corp", OTHER),
            ("192.168.1.1", OTHER),
            ("[::1]", OTHER),
            ("a b.example.org", "(other)"),
            ("<script>.example.org", "example.org"),
            ("", OTHER),
            (".", OTHER),
        ] {
            let found = domain(host.to_owned());
            if host.contains(' ') {
                // A space stands in no name: only the registrable part may remain.
                assert!(&*found == OTHER || &*found == "example.org", "{host}: {found:?}");
            } else {
                assert_eq!(&*found, expected, "{host}");
            }
        }
    }

    #[test]
    fn numbers_are_read_whole() {
        assert_eq!(number("00ff10ee20dd30cc"), 0x00ff_10ee_20dd_30cc);
        assert_eq!(number("ffffffffffffffff"), u64::MAX);
        assert_eq!(
            number("00ff10ee20dd30cc40bb50aa60996088"),
            0x40bb_50aa_6099_6088,
            "the low half of 128 bits"
        );
    }
}
