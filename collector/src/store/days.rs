//! Which cells a day of a site has, so that it gets no more than its bounds allow. Every cell is known by a hash alone, and
//! those of a day are read back when it is first met: the bounds hold across restarts.

use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::quality::RandomState;
use foldhash::{HashMap, HashSet};
use jiff::civil::Date;
use rusqlite::{Connection, params};

use super::strict::Open;
use crate::config::Bounds;
use crate::intake::OTHER;

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

/// The cells of one day of one site, but those of "(other)".
#[derive(Debug, Default)]
pub(super) struct Day {
    cells: HashSet<u64>,
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
    fn fits(&mut self, key: &RandomState, cell: (&str, &str, &str), most: usize, cells: usize) -> bool {
        let (dimension, page, value) = cell;
        let always = value == OTHER && (page == WHOLE || page == OTHER);
        if always || self.cells.contains(&key.hash_one(cell)) {
            return true;
        }
        let group = key.hash_one((dimension, page));
        if self.cells.len() >= cells || self.values.get(&group).is_some_and(|&values| values >= most) {
            return false;
        }
        *self.values.entry(group).or_default() += 1;
        self.cells.insert(key.hash_one(cell))
    }

    fn insert(&mut self, key: &RandomState, cell: (&str, &str, &str)) {
        self.fits(key, cell, usize::MAX, usize::MAX);
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
            "SELECT value FROM cells WHERE site = ?1 AND dimension = ?2 AND page = ?3 AND day = ?4",
        )?;
        let text = day.to_string();
        let mut of = |dimension: &str, page: &str| -> rusqlite::Result<Vec<String>> {
            values.query_map(params![site, dimension, page, text], |row| row.get(0))?.collect()
        };
        let mut pages = of(PAGE, WHOLE)?;
        pages.push(OTHER.to_owned());
        pages.push(WHOLE.to_owned());
        for dimension in &dimensions {
            for page in &pages {
                for value in of(dimension, page)? {
                    known.insert(key, (dimension, page, &value));
                }
            }
        }
        for (dimension, page, value) in open.cells_of(site, day) {
            known.insert(key, (dimension, page, value));
        }
        Ok(known)
    }
}
