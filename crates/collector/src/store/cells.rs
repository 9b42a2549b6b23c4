//! A cell and its counter. What is counted, five texts, stands in the table `cells`, which is written when a cell is new; how
//! often, in the table `counters`, under a number. So a commit finds what it raises by a number, and writes few pages: a day's
//! counters stand together, whatever site, page and dimension they are of.
//!
//! Behind the day the number is random. Given out in turn, numbers would tell which cells came to be by the same hit, and so
//! what no cell tells: two dimensions together.

use std::num::NonZeroI64;

use rusqlite::{CachedStatement, Connection, OptionalExtension as _, params};

use super::counts::Sum;

/// Dimension, page and value: a cell of a day of a site.
pub(super) type Cell<'a> = (&'a str, &'a str, &'a str);

/// The number of a cell's counter.
pub(super) type Counter = NonZeroI64;

/// Below the day's: four billion numbers, many more than a day has cells.
const RANDOM: u32 = u32::MAX;

/// Raises counters, one after the other.
pub(super) struct Raise<'c>(CachedStatement<'c>);

impl<'c> Raise<'c> {
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        connection
            .prepare_cached("UPDATE counters SET views = views + ?2, visits = visits + ?3 WHERE counter = ?1")
            .map(Self)
    }

    /// Raises one; whether it is there. One that was known is gone where another program has written to the database.
    pub(super) fn by(&mut self, counter: Counter, sum: Sum) -> rusqlite::Result<bool> {
        Ok(self.0.execute(params![counter, sum.views, sum.visits])? > 0)
    }
}

/// The counter of a cell; none where there is no such cell.
pub(super) fn find(
    connection: &Connection,
    site: &str,
    day: &str,
    (dimension, page, value): Cell<'_>,
) -> rusqlite::Result<Option<Counter>> {
    connection
        .prepare_cached(
            "SELECT counter FROM cells JOIN counters USING (counter)
             WHERE site = ?1 AND dimension = ?2 AND page = ?3 AND day = ?4 AND value = ?5",
        )?
        .query_row(params![site, dimension, page, day, value], |row| row.get(0))
        .optional()
}

/// Adds to a cell, which is made where it is missing; its counter.
pub(super) fn put(
    connection: &Connection,
    site: &str,
    day: &str,
    cell: Cell<'_>,
    sum: Sum,
) -> rusqlite::Result<Counter> {
    if let Some(counter) = find(connection, site, day, cell)?
        && Raise::new(connection)?.by(counter, sum)?
    {
        return Ok(counter);
    }
    let counter = begin(connection, day, RANDOM, (sum.views.into(), sum.visits.into()))?;
    let (dimension, page, value) = cell;
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO cells (site, dimension, page, day, value, counter)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![site, dimension, page, day, value, counter])?;
    Ok(counter)
}

/// Begins a counter under a number that the day does not have yet.
fn begin(
    connection: &Connection,
    day: &str,
    random: u32,
    (views, visits): (i64, i64),
) -> rusqlite::Result<Counter> {
    let mut draw = connection.prepare_cached(
        "INSERT OR IGNORE INTO counters (counter, views, visits)
         VALUES (unixepoch(?1) / 86400 << 32 | (random() & ?2), ?3, ?4) RETURNING counter",
    )?;
    loop {
        let drawn = draw.query_row(params![day, random, views, visits], |row| row.get(0)).optional()?;
        if let Some(counter) = drawn {
            return Ok(counter);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::super::schema;
    use super::*;

    const DAY: &str = "2026-11-22";

    fn on_a_database(test: impl FnOnce(&Connection)) {
        let directory = tempfile::tempdir().unwrap();
        test(&schema::open_to_write(&directory.path().join(schema::FILE), Duration::ZERO).unwrap());
    }

    fn one() -> Sum {
        let mut sum = Sum::default();
        sum.add(1, 1);
        sum
    }

    #[test]
    fn a_number_tells_the_day_and_not_whose_turn_it_was() {
        on_a_database(|connection| {
            let values: Vec<String> = (0..100).map(|value| value.to_string()).collect();
            let make = |value| put(connection, "s", DAY, ("viewport", "", value), one()).unwrap().get();
            let numbers: Vec<i64> = values.iter().map(|value| make(value)).collect();
            // 2026-11-22 is the 20,779th day after that of the epoch.
            assert!(numbers.iter().all(|number| number >> 32 == 20_779));
            assert!(!numbers.is_sorted(), "in a hundred orders at random there is no order");
            assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 100);
        });
    }

    #[test]
    fn a_number_that_is_drawn_twice_is_given_once() {
        on_a_database(|connection| {
            let numbers = (0..4).map(|_| begin(connection, DAY, 3, (1, 0)).unwrap().get());
            assert_eq!(numbers.map(|number| number & 3).collect::<BTreeSet<_>>(), (0..4).collect());
        });
    }

    #[test]
    fn a_cell_whose_counter_is_gone_begins_anew() {
        on_a_database(|connection| {
            let cell = ("page", "", "/a");
            let counter = put(connection, "s", DAY, cell, one()).unwrap();
            assert_eq!(put(connection, "s", DAY, cell, one()).unwrap(), counter);
            connection.execute_batch("DELETE FROM counters").unwrap();
            assert!(!Raise::new(connection).unwrap().by(counter, one()).unwrap());
            put(connection, "s", DAY, cell, one()).unwrap();
            let views: i64 = connection
                .query_row("SELECT sum(views) FROM cells JOIN counters USING (counter)", [], |row| row.get(0))
                .unwrap();
            assert_eq!(views, 1);
        });
    }
}
