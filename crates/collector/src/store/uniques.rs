//! The table `uniques`: one number for each day.

use jiff::civil::Date;
use rusqlite::{Connection, params};

/// Begins a day. If it has begun before, the process that counted it was restarted.
pub(super) fn begin(connection: &Connection, site: &str, day: Date) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO uniques (site, day, estimate, restarts) VALUES (?1, ?2, 0, 0)
             ON CONFLICT DO UPDATE SET restarts = restarts + 1",
        )?
        .execute(params![site, day.to_string()])
        .map(drop)
}

/// Adds an estimate to a day: of the whole day, or of the part between two restarts.
pub(super) fn add(connection: &Connection, site: &str, day: Date, estimate: u64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO uniques (site, day, estimate, restarts) VALUES (?1, ?2, ?3, 0)
             ON CONFLICT DO UPDATE SET estimate = estimate + excluded.estimate",
        )?
        .execute(params![site, day.to_string(), i64::try_from(estimate).unwrap_or(i64::MAX)])
        .map(drop)
}
