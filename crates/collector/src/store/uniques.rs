//! The table `uniques`: one number for each day.

use jiff::civil::Date;
use rusqlite::{Connection, params};

use crate::uniques::Ended;

/// Begins a day. Where it was begun before, the process that did so ended in it.
pub(super) fn begin(connection: &Connection, site: &str, day: Date) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO uniques (site, day, estimate, restarts) VALUES (?1, ?2, 0, 0)
             ON CONFLICT DO UPDATE SET restarts = restarts + 1",
        )?
        .execute(params![site, day.to_string()])
        .map(drop)
}

/// Adds what was seen of a day: its number, or that of the part between two restarts.
pub(super) fn add(connection: &Connection, ended: &Ended) -> rusqlite::Result<()> {
    let Ended { site, day, estimate } = ended;
    connection
        .prepare_cached(
            "INSERT INTO uniques (site, day, estimate, restarts) VALUES (?1, ?2, ?3, 0)
             ON CONFLICT DO UPDATE SET estimate = estimate + excluded.estimate",
        )?
        .execute(params![site, day.to_string(), i64::try_from(*estimate).unwrap_or(i64::MAX)])
        .map(drop)
}
