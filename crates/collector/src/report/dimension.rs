//! The dimensions that every site has: what they are called and what they count. `prop.<name>` comes with a site's
//! declared properties.

use crate::config::Site;

/// One dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Its name, as questions and tables spell it.
    pub name: &'static str,
    /// Its heading on the report page.
    pub heading: &'static str,
    /// What its counts count.
    pub counts: Counts,
    /// Whether it is counted for the whole site only, and not for each page.
    pub of_site: bool,
}

/// What the counts of a dimension count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counts {
    /// Page views, and the visits that begin with them.
    Views,
    /// Events.
    Events,
    /// Hits of any kind.
    Hits,
}

impl Counts {
    /// The word for them.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Views => "views",
            Self::Events => "events",
            Self::Hits => "hits",
        }
    }
}

const fn views(name: &'static str, heading: &'static str) -> Dimension {
    Dimension { name, heading, counts: Counts::Views, of_site: false }
}

const fn events(name: &'static str, heading: &'static str) -> Dimension {
    Dimension { name, heading, counts: Counts::Events, of_site: false }
}

/// Sums of money.
pub(super) const REVENUE: &str = "revenue";
/// Hits that pages had to drop.
pub(super) const DROPPED: &str = "dropped";

/// All of them, in the order in which the report page shows them.
pub const DIMENSIONS: [Dimension; 23] = [
    Dimension { of_site: true, ..views("page", "Pages") },
    views("referrer", "Referrers"),
    views("source", "Campaign sources"),
    views("medium", "Campaign media"),
    views("campaign", "Campaigns"),
    events("event", "Events"),
    Dimension { of_site: true, ..events(REVENUE, "Revenue") },
    events("link", "Links to other sites"),
    events("file", "Files downloaded"),
    events("seconds", "Seconds in view"),
    events("scroll", "Percent scrolled"),
    Dimension { of_site: true, ..views("device", "Devices") },
    Dimension { of_site: true, ..views("browser", "Browsers") },
    Dimension { of_site: true, ..views("os", "Systems") },
    views("viewport", "Width classes"),
    Dimension { of_site: true, ..views("language", "Languages") },
    Dimension { of_site: true, ..views("country", "Countries") },
    events("lcp", "Largest contentful paint"),
    events("inp", "Interaction to next paint"),
    events("cls", "Cumulative layout shift"),
    events("ttfb", "Time to first byte"),
    Dimension { counts: Counts::Hits, of_site: true, ..views("bot", "Robots, counted apart") },
    Dimension { counts: Counts::Hits, of_site: true, ..views(DROPPED, "Hits that pages had to drop") },
];

/// The dimension of that name; `None` where it is a declared property, or none at all.
#[must_use]
pub fn dimension(name: &str) -> Option<&'static Dimension> {
    DIMENSIONS.iter().find(|dimension| dimension.name == name)
}

/// What the counts by a dimension of that name count.
#[must_use]
pub fn counts(name: &str) -> Counts {
    dimension(name).map_or(Counts::Events, |dimension| dimension.counts)
}

/// All that a report of a site can be by, in words for whoever asked for something else.
#[must_use]
pub fn known(site: Option<&Site>) -> String {
    let props = match site {
        Some(site) => site.props.keys().map(|prop| format!("prop.{prop}")).collect(),
        None => vec!["prop.<name>".to_owned()],
    };
    let names = DIMENSIONS
        .iter()
        .map(|dimension| dimension.name)
        .chain(["day", "hour", "uniques"])
        .map(str::to_owned);
    names.chain(props).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use askfirst_wire::builtin;

    use super::*;

    #[test]
    fn whatever_the_snippet_sends_of_its_own_accord_can_be_reported() {
        for prop in builtin::EVENTS.iter().flat_map(|event| event.props) {
            assert_eq!(dimension(prop.dimension).map(|known| known.counts), Some(Counts::Events), "{prop:?}");
        }
    }
}
