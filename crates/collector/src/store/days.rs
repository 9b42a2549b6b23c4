//! Which cells a day of a site has, so that it gets no more than its bounds allow. Every cell is known by a hash alone, and
//! those of a day are read back when it is first met: the bounds hold across restarts. Beside the hash stands the number of the
//! cell's counter, so that what is written already is not looked for in the database.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use askfirst_wire::builtin::OTHER;
use foldhash::HashMap;
use foldhash::quality::RandomState;
use jiff::civil::Date;
use rusqlite::{Connection, params};

use super::cells::{Cell, Counter};
use super::strict::Open;
use crate::config::Bounds;

/// The dimension of pages.
pub(super) const PAGE: &str = "page";
/// The page of the whole site.
pub(super) const WHOLE: &str = "";

/// The days that are written to.
#[derive(Debug)]
pub(super) struct Days {
    bounds: Bounds,
    key: RandomState,
    /// A site's days: today, and yesterday for what came just before midnight.
    sites: HashMap<Arc<str>, Vec<(Date, Day)>>,
}

/// The cells of one day of one site.
#[derive(Debug, Default)]
pub(super) struct Day {
    /// Each with its counter; none where it waits to be written.
    cells: HashMap<u64, Option<Counter>>,
    /// How many of them are held to the bounds: those of "(other)" are not.
    bounded: usize,
    /// How many values a dimension has, of the whole site or of a page.
    values: HashMap<u64, usize>,
}

impl Days {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, key: RandomState::default(), sites: HashMap::default() }
    }

    /// Forgets all, to be read again: a transaction failed.
    pub(super) fn clear(&mut self) {
        self.sites.clear();
    }

    /// The counter of a cell that is written.
    pub(super) fn counter(&self, (site, day): (&Arc<str>, Date), cell: Cell<'_>) -> Option<Counter> {
        let (_, known) = self.sites.get(site)?.iter().find(|(known, _)| *known == day)?;
        *known.cells.get(&self.key.hash_one(cell))?
    }

    /// A cell that was admitted is written.
    pub(super) fn keep(&mut self, (site, day): (&Arc<str>, Date), cell: Cell<'_>, counter: Counter) {
        let days = self.sites.get_mut(site);
        if let Some((_, known)) = days.and_then(|days| days.iter_mut().find(|(known, _)| *known == day)) {
            known.cells.insert(self.key.hash_one(cell), Some(counter));
        }
    }

    /// Page and value under which a cell is counted: its own, or "(other)". A page that has no room takes its cells with it.
    pub(super) fn admit<'a>(
        &mut self,
        connection: &Connection,
        open: &Open,
        (site, day): (&Arc<str>, Date),
        (dimension, page, value): (&str, &'a str, &'a str),
    ) -> rusqlite::Result<(&'a str, &'a str)> {
        if !self.sites.get(site).is_some_and(|days| days.iter().any(|(known, _)| *known == day)) {
            let loaded = Day::load(connection, open, &self.key, site, day)?;
            let days = self.sites.entry(Arc::clone(site)).or_default();
            days.push((day, loaded));
            if days.len() > 2 {
                days.sort_unstable_by_key(|(day, _)| *day);
                days.remove(0);
            }
        }
        let found =
            self.sites.get_mut(site).and_then(|days| days.iter_mut().find(|(known, _)| *known == day));
        // A day older than two that are known is not held: its cells go to "(other)".
        let Some((_, known)) = found else { return Ok((if page == WHOLE { WHOLE } else { OTHER }, OTHER)) };
        Ok(known.admit(&self.bounds, &self.key, (dimension, page, value)))
    }
}

impl Day {
    fn admit<'a>(
        &mut self,
        bounds: &Bounds,
        key: &RandomState,
        (dimension, page, value): (&str, &'a str, &'a str),
    ) -> (&'a str, &'a str) {
        if page == WHOLE {
            let most = if dimension == PAGE { bounds.pages } else { bounds.values };
            let fits = self.fits(key, (dimension, page, value), most, bounds.cells);
            return (page, if fits { value } else { OTHER });
        }
        let page = if self.fits(key, (PAGE, WHOLE, page), bounds.pages, bounds.cells) { page } else { OTHER };
        if self.fits(key, (dimension, page, value), bounds.page_values, bounds.cells) {
            return (page, value);
        }
        // "(other)" of a page is a cell like others: where a day has no room for it, it stands under the page "(other)".
        let page =
            if self.fits(key, (dimension, page, OTHER), usize::MAX, bounds.cells) { page } else { OTHER };
        (page, OTHER)
    }

    /// Whether the cell is there, or has room. "(other)" of the site and of the page "(other)" always has.
    fn fits(&mut self, key: &RandomState, cell: Cell<'_>, most: usize, cells: usize) -> bool {
        let (dimension, page, value) = cell;
        let always = value == OTHER && (page == WHOLE || page == OTHER);
        if always || self.cells.contains_key(&key.hash_one(cell)) {
            return true;
        }
        let group = key.hash_one((dimension, page));
        if self.bounded >= cells || self.values.get(&group).is_some_and(|&values| values >= most) {
            return false;
        }
        *self.values.entry(group).or_default() += 1;
        self.bounded += 1;
        self.cells.insert(key.hash_one(cell), None);
        true
    }

    fn insert(&mut self, key: &RandomState, cell: Cell<'_>, counter: Option<Counter>) {
        self.fits(key, cell, usize::MAX, usize::MAX);
        self.cells.insert(key.hash_one(cell), counter);
    }

    /// What the table holds, and what waits in memory to be written. The key begins with site, dimension and page, so the
    /// dimensions are found by leaps, and the pages of a day by its page views: each page of a day has a cell there.
    fn load(
        connection: &Connection,
        open: &Open,
        key: &RandomState,
        site: &str,
        day: Date,
    ) -> rusqlite::Result<Self> {
        let mut known = Self::default();
        let mut dimensions = connection.prepare_cached(
            "WITH RECURSIVE leap(dimension) AS (
                 SELECT min(dimension) FROM cells WHERE site = ?1
                 UNION ALL
                 SELECT (SELECT min(dimension) FROM cells WHERE site = ?1 AND dimension > leap.dimension)
                     FROM leap WHERE leap.dimension IS NOT NULL
             ) SELECT dimension FROM leap WHERE dimension IS NOT NULL",
        )?;
        let dimensions: Vec<String> =
            dimensions.query_map([site], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut values = connection.prepare_cached(
            "SELECT value, counter FROM cells JOIN counters USING (counter)
             WHERE site = ?1 AND dimension = ?2 AND page = ?3 AND day = ?4",
        )?;
        let text = day.to_string();
        let mut of = |dimension: &str, page: &str| -> rusqlite::Result<Vec<(String, Counter)>> {
            values
                .query_map(params![site, dimension, page, text], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        };
        let mut pages: Vec<String> = of(PAGE, WHOLE)?.into_iter().map(|(page, _)| page).collect();
        pages.push(OTHER.to_owned());
        pages.push(WHOLE.to_owned());
        for dimension in &dimensions {
            for page in &pages {
                for (value, counter) in of(dimension, page)? {
                    known.insert(key, (dimension, page, &value), Some(counter));
                }
            }
        }
        for (dimension, page, value) in open.cells_of(site, day) {
            known.insert(key, (dimension, page, value), None);
        }
        Ok(known)
    }
}
