//! The coarse values that are counted and kept. Redaction is applied again: the collector believes no sender.

use std::sync::Arc;

use askfirst_wire::hit::Props;
use askfirst_wire::{AggregatedEvent, AggregatedView, builtin, limits, redact};
use serde::Serializer as _;

use super::{Count, DIRECT, Entry, OTHER, Revenue, Terms, Undeclared, revenue};
use crate::context::Context;

/// The number that a batch's hex digits spell; they were checked.
pub(super) fn number(hex: &str) -> u64 {
    u64::from_str_radix(hex, 16).unwrap_or_default()
}

pub(super) fn view(view: AggregatedView, terms: &Terms, context: Option<&Context>) -> Count {
    let dimensions = &terms.dimensions;
    let campaign = |value: Option<String>| value.map(|value| redact::value(&value, limits::CAMPAIGN).into());
    let referrer = match view.referrer {
        Some(host) => Some(domain(host).into()),
        None => view.entry.then(|| DIRECT.into()),
    };
    let cells = [
        (&dimensions.referrer, referrer),
        (&dimensions.source, campaign(view.source)),
        (&dimensions.medium, campaign(view.medium)),
        (&dimensions.campaign, campaign(view.campaign)),
        (&dimensions.viewport, view.viewport.map(|class| class.as_str().into())),
    ];
    Count {
        page: redact::page(&view.page).into(),
        view: Some(Entry(view.entry)),
        cells: cells
            .into_iter()
            .filter_map(|(dimension, value)| Some((Arc::clone(dimension), value?)))
            .collect(),
        context: context.copied(),
        revenue: None,
    }
}

/// The event's name comes first among the cells.
pub(super) fn event(event: &AggregatedEvent, terms: &Terms, undeclared: &mut Undeclared) -> Count {
    let known = terms.event(&event.name);
    let name = match known {
        Some(event) => Arc::clone(&event.name),
        None => {
            undeclared.event(&event.name);
            Arc::clone(&terms.other)
        }
    };
    let mut cells = vec![(Arc::clone(&terms.dimensions.event), Arc::clone(&name))];
    let mut brought = None;
    // Traits are no counts.
    let counted = if event.name == builtin::IDENTIFIED { &[] } else { &event.props.0[..] };
    for (prop, value) in counted {
        if prop == revenue::PROP {
            match revenue::read(value) {
                Some((amount, currency)) => {
                    brought = Some(Revenue { event: Arc::clone(&name), currency: currency.into(), amount });
                }
                None => undeclared.prop(prop),
            }
            continue;
        }
        match terms.prop(known, prop, value) {
            Some((dimension, Some(counted))) => cells.push((dimension, counted)),
            Some((dimension, None)) => {
                undeclared.value(prop, value);
                cells.push((dimension, Arc::clone(&terms.other)));
            }
            None => undeclared.prop(prop),
        }
    }
    Count { page: redact::page(&event.page).into(), view: None, cells, context: None, revenue: brought }
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
pub(super) fn domain(mut host: String) -> String {
    host.make_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    psl::domain(host.as_bytes())
        .filter(|domain| {
            domain.suffix().is_known() || matches!(domain.suffix().as_bytes(), b"example" | b"test")
        })
        .and_then(|domain| std::str::from_utf8(domain.as_bytes()).ok())
        .filter(|domain| domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)))
        .unwrap_or(OTHER)
        .to_owned()
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
                assert!(found == OTHER || found == "example.org", "{host}: {found}");
            } else {
                assert_eq!(found, expected, "{host}");
            }
        }
    }

    #[test]
    fn numbers_are_read_whole() {
        assert_eq!(number("00ff10ee20dd30cc"), 0x00ff_10ee_20dd_30cc);
        assert_eq!(number("ffffffffffffffff"), u64::MAX);
    }
}
