//! Cells of strict sites, which are not written before they hold k views: until then they wait in memory, until their day
//! ends. What a killed process or a stop loses by it is exactly these.
//!
//! The totals do not wait: the hours of the site, dropped hits, answers to the question for consent.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use askfirst_wire::builtin::OTHER;
use jiff::civil::Date;
use rusqlite::{Connection, params};

use super::cells;
use super::counts::{Money, Sum};
use super::days::{PAGE, WHOLE};

/// What waits, by strict sites.
#[derive(Debug, Default)]
pub(super) struct Open {
    /// Their k.
    sites: HashMap<String, u32>,
    cells: Waiting<OwnedCell, Sum>,
    revenue: Waiting<Till, Money>,
}

/// Dimension, page and value.
type OwnedCell = (Box<str>, Box<str>, Box<str>);
/// Event and currency.
type Till = (Box<str>, Box<str>);
type SiteDay = (Arc<str>, Date);

/// What waits, and how it was before the transaction that is under way.
#[derive(Debug)]
struct Waiting<K, V> {
    days: HashMap<SiteDay, HashMap<K, V>>,
    before: Vec<(SiteDay, K, Option<V>)>,
}

impl<K, V> Default for Waiting<K, V> {
    fn default() -> Self {
        Self { days: HashMap::new(), before: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash, V: Copy> Waiting<K, V> {
    fn get(&self, day: &SiteDay, key: &K) -> Option<V> {
        self.days.get(day)?.get(key).copied()
    }

    fn set(&mut self, day: &SiteDay, key: &K, value: Option<V>) {
        let cells = self.days.entry(day.clone()).or_default();
        let before = match value {
            Some(value) => cells.insert(key.clone(), value),
            None => cells.remove(key),
        };
        self.before.push((day.clone(), key.clone(), before));
    }

    fn roll_back(&mut self) {
        while let Some((day, key, before)) = self.before.pop() {
            self.set(&day, &key, before);
            self.before.pop();
        }
    }
}

impl Open {
    /// The sites that are strict, each with its k.
    pub(super) fn new(sites: HashMap<String, u32>) -> Self {
        Self { sites, ..Self::default() }
    }

    /// The site's k, where it is strict.
    pub(super) fn k(&self, site: &str) -> Option<u32> {
        self.sites.get(site).copied()
    }

    /// Adds to a cell; what is to be written of it now. A page's cells wait for the page.
    pub(super) fn add(
        &mut self,
        connection: &Connection,
        (site, day): (&Arc<str>, Date),
        (dimension, page, value): (&str, &str, &str),
        k: u32,
        sum: Sum,
    ) -> rusqlite::Result<Option<Sum>> {
        if sum.views == 0 {
            return Ok(None);
        }
        let text = day.to_string();
        let (of, cell): (SiteDay, OwnedCell) =
            ((Arc::clone(site), day), (dimension.into(), page.into(), value.into()));
        let waits = self.cells.get(&of, &cell);
        if waits.is_none() && is_written(connection, site, (dimension, page, value), &text)? {
            return Ok(Some(sum));
        }
        let mut all = waits.unwrap_or_default();
        all.add(sum.views, sum.visits);
        let has_page =
            page == WHOLE || page == OTHER || is_written(connection, site, (PAGE, WHOLE, page), &text)?;
        let grown = all.views >= k && has_page;
        if waits.is_some() || !grown {
            self.cells.set(&of, &cell, (!grown).then_some(all));
        }
        Ok(grown.then_some(all))
    }

    /// Adds to a sum of money; what is to be written of it now.
    pub(super) fn add_money(
        &mut self,
        connection: &Connection,
        (site, day): (&Arc<str>, Date),
        (event, currency): (&str, &str),
        k: u32,
        money: Money,
    ) -> rusqlite::Result<Option<Money>> {
        let (of, till): (SiteDay, Till) = ((Arc::clone(site), day), (event.into(), currency.into()));
        let waits = self.revenue.get(&of, &till);
        let is_written = || {
            connection
                .prepare_cached(
                    "SELECT 1 FROM revenue WHERE site = ?1 AND day = ?2 AND event = ?3 AND currency = ?4",
                )?
                .exists(params![site, day.to_string(), event, currency])
        };
        if waits.is_none() && is_written()? {
            return Ok(Some(money));
        }
        let waits = waits.unwrap_or_default();
        let all =
            Money { amount: waits.amount.saturating_add(money.amount), count: waits.count + money.count };
        let grown = all.count >= k;
        self.revenue.set(&of, &till, (!grown).then_some(all));
        Ok(grown.then_some(all))
    }

    /// What waits of a day: dimension, page, value.
    pub(super) fn cells_of(&self, site: &str, day: Date) -> impl Iterator<Item = (&str, &str, &str)> {
        let days = self.cells.days.iter().filter(move |((of, at), _)| **of == *site && *at == day);
        days.flat_map(|(_, cells)| {
            cells.keys().map(|(dimension, page, value)| (&**dimension, &**page, &**value))
        })
    }

    /// What the transaction changed is so.
    pub(super) fn commit(&mut self) {
        self.cells.before.clear();
        self.revenue.before.clear();
    }

    /// The transaction failed: as before it.
    pub(super) fn roll_back(&mut self) {
        self.cells.roll_back();
        self.revenue.roll_back();
    }

    /// Whether something waits of a day before that one.
    pub(super) fn is_due(&self, today: Date) -> bool {
        self.cells.days.keys().chain(self.revenue.days.keys()).any(|(_, day)| *day < today)
    }

    /// Writes what is left of the days before that one, folded: as "(other)" of its page, or where that holds fewer than k
    /// views, as "(other)" of the page "(other)", or not at all. Values that were not seen k times are not written, nor sums
    /// of money that fewer than k events brought.
    pub(super) fn close(&mut self, connection: &Connection, today: Date) -> rusqlite::Result<()> {
        for ((site, day), cells) in self.cells.days.iter().filter(|((_, day), _)| *day < today) {
            let Some(k) = self.k(site) else { continue };
            let text = day.to_string();
            let put = |dimension: &str, page: &str, sum: Sum| -> rusqlite::Result<bool> {
                let enough = sum.views >= k || is_written(connection, site, (dimension, page, OTHER), &text)?;
                if enough {
                    cells::put(connection, site, &text, (dimension, page, OTHER), sum)?;
                }
                Ok(enough)
            };
            let mut folded: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
            for ((dimension, page, _), sum) in cells {
                folded.entry((dimension, page)).or_default().add(sum.views, sum.visits);
            }
            let mut rest: BTreeMap<&str, Sum> = BTreeMap::new();
            for ((dimension, page), sum) in folded {
                let has_page = page == WHOLE || is_written(connection, site, (PAGE, WHOLE, page), &text)?;
                if !(has_page && put(dimension, page, sum)?) && page != WHOLE {
                    rest.entry(dimension).or_default().add(sum.views, sum.visits);
                }
            }
            for (dimension, sum) in rest {
                put(dimension, OTHER, sum)?;
            }
        }
        Ok(())
    }

    /// What was closed is out of the memory too.
    pub(super) fn closed(&mut self, today: Date) {
        self.cells.days.retain(|(_, day), _| *day >= today);
        self.revenue.days.retain(|(_, day), _| *day >= today);
    }
}

fn is_written(
    connection: &Connection,
    site: &str,
    cell: cells::Cell<'_>,
    day: &str,
) -> rusqlite::Result<bool> {
    cells::find(connection, site, day, cell).map(|counter| counter.is_some())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::store::schema;

    #[test]
    fn a_transaction_that_fails_leaves_what_waits_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(schema::FILE);
        let connection = schema::open_to_write(&file, std::time::Duration::ZERO).unwrap();
        let mut open = Open::new(HashMap::from([("s".to_owned(), 3)]));
        let (site, day) = (Arc::from("s"), date(2026, 11, 22));
        let view = |open: &mut Open| {
            let one = Sum { views: 1, visits: 0 };
            let sum = open.add(&connection, (&site, day), ("page", "", "/a"), 3, one).unwrap();
            sum.map(|sum| sum.views)
        };
        assert_eq!(view(&mut open), None);
        open.commit();
        assert_eq!((view(&mut open), view(&mut open)), (None, Some(3)));
        open.roll_back();
        assert_eq!(
            (view(&mut open), view(&mut open)),
            (None, Some(3)),
            "one view waited, not three and not none"
        );
        open.commit();
        assert_eq!(open.cells_of("s", day).count(), 0);
    }
}
