//! Events that the snippet makes of its own accord. The collector knows them without configuration.
//!
//! Their names hold a space, so that they meet no name of the owner's. A value that is none of those allowed is counted as
//! "(other)". What else stands among the properties of such an event is a property like any other.
//!
//! | event | property | values | counted as |
//! |---|---|---|---|
//! | `outbound link` | `host` | host of the link; its registrable domain is counted | `link` |
//! | `file download` | `file` | path template of the file | `file` |
//! | `form submission` | `form` | declared by the owner | `prop.form` |
//! | `page not found` | | | |
//! | `element view` | `element` | declared by the owner | `prop.element` |
//! | `engagement` | `seconds` | time in view: `0-10` … `600+` | `seconds` |
//! | | `scroll` | percent of the page: `0-25` … `75-100` | `scroll` |
//! | `web vitals` | `lcp`, `inp`, `cls`, `ttfb` | `good`, `needs improvement`, `poor` | the property's name |
//! | `visitor identified` | the traits, at `full` only | any | not counted: they stand in the row |

/// An event that the snippet makes of its own accord.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its name.
    pub name: &'static str,
    /// Its properties, but those that the owner declares.
    pub props: &'static [Prop],
}

/// A property of such an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prop {
    /// Its name.
    pub name: &'static str,
    /// The dimension under which it is counted.
    pub dimension: &'static str,
    /// What it may say.
    pub values: Values,
}

/// What a property of such an event may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// A host; its registrable domain is counted.
    Host,
    /// A path, by [`redact::page`](crate::redact::page).
    Page,
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// Seconds in view.
const SECONDS: Values = Values::OneOf(&["0-10", "10-30", "30-60", "60-180", "180-600", "600+"]);
/// How far down the page, in percent of its height.
const SCROLL: Values = Values::OneOf(&["0-25", "25-50", "50-75", "75-100"]);
/// The ratings of <https://web.dev/articles/vitals>.
const RATING: Values = Values::OneOf(&["good", "needs improvement", "poor"]);

/// Counted instead of a value that the site has not declared, or that is not known.
pub const OTHER: &str = "(other)";

/// The property of any event that holds an amount of money. Amounts are added up, not counted.
pub const REVENUE: &str = "revenue";

/// The event whose properties say who somebody is.
pub const IDENTIFIED: &str = "visitor identified";

/// All of them.
pub const EVENTS: [Event; 8] = [
    Event { name: "outbound link", props: &[Prop { name: "host", dimension: "link", values: Values::Host }] },
    Event { name: "file download", props: &[Prop { name: "file", dimension: "file", values: Values::Page }] },
    Event { name: "form submission", props: &[] },
    Event { name: "page not found", props: &[] },
    Event { name: IDENTIFIED, props: &[] },
    Event { name: "element view", props: &[] },
    Event {
        name: "engagement",
        props: &[
            Prop { name: "seconds", dimension: "seconds", values: SECONDS },
            Prop { name: "scroll", dimension: "scroll", values: SCROLL },
        ],
    },
    Event {
        name: "web vitals",
        props: &[
            Prop { name: "lcp", dimension: "lcp", values: RATING },
            Prop { name: "inp", dimension: "inp", values: RATING },
            Prop { name: "cls", dimension: "cls", values: RATING },
            Prop { name: "ttfb", dimension: "ttfb", values: RATING },
        ],
    },
];

/// The event of that name.
#[must_use]
pub fn event(name: &str) -> Option<&'static Event> {
    EVENTS.iter().find(|event| event.name == name)
}

/// The values of a dimension of these events, in their own order, where it has few.
#[must_use]
pub fn values(dimension: &str) -> &'static [&'static str] {
    let prop = EVENTS.iter().flat_map(|event| event.props).find(|prop| prop.dimension == dimension);
    match prop.map(|prop| prop.values) {
        Some(Values::OneOf(values)) => values,
        Some(Values::Host | Values::Page) | None => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;

    #[test]
    fn no_owner_s_name_is_met_and_all_of_it_fits_on_the_wire() {
        for Event { name, props } in EVENTS {
            assert!(name.contains(' ') || name == "engagement", "{name}");
            assert!(name.len() <= limits::EVENT_NAME && props.len() <= limits::PROPS);
            for prop in props {
                assert!(prop.name.len() <= limits::PROP_NAME);
                if let Values::OneOf(values) = prop.values {
                    assert!(values.iter().all(|value| value.len() <= limits::PROP_VALUE));
                }
            }
        }
    }
}
