//! The database: whether it is intact, and whether the clock agrees with it.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::Finding;
use crate::moment::Moment;
use crate::store::{StoreError, schema};

/// How long to wait for the database.
const BUSY: Duration = Duration::from_secs(5);
/// Minutes by which a clock may have been corrected.
const SLACK: i64 = 2;

/// The latest time stored in any table.
const NEWEST: &str = "SELECT max(time) FROM (SELECT max(minute) AS time FROM events UNION ALL
     SELECT max(hour) FROM site_hour UNION ALL SELECT max(time) FROM receipts)";

pub(super) fn examine(data: &Path, now: Moment) -> Vec<Finding> {
    let connection = match schema::open_any(&data.join(schema::FILE), BUSY) {
        Ok(connection) => connection,
        Err(error) => return vec![missing(&error)],
    };
    let mut findings = vec![whole(&connection)];
    match schema::version(&connection) {
        Ok(found) => findings.push(version(found)),
        Err(error) => findings.push(missing(&error)),
    }
    let newest = connection.query_row(NEWEST, [], |row| row.get::<_, Option<String>>(0));
    findings.extend(newest.ok().flatten().map(|newest| clock(&newest, now)));
    findings
}

fn missing(error: &StoreError) -> Finding {
    Finding::error(
        "database",
        error.to_string(),
        "if the collector has not run yet, start `askfirst-collector serve` once; if the database is lost, restore a backup",
    )
}

fn whole(connection: &Connection) -> Finding {
    match schema::check_whole(connection) {
        Ok(()) => Finding::ok("database", "the database is intact"),
        Err(error) => {
            Finding::error("database", error.to_string(), "stop the collector and restore the last backup")
        }
    }
}

fn version(found: Option<u32>) -> Finding {
    let known = schema::VERSION;
    match found {
        Some(found) if found == known => Finding::ok("schema", format!("the tables have version {found}")),
        Some(found) if found > known => Finding::error(
            "schema",
            format!("the tables have version {found}, but this program knows only version {known}"),
            "install the newer program",
        ),
        Some(found @ 1..) => Finding::error(
            "schema",
            format!(
                "the database was made by an earlier version of askfirst (tables of version {found}, this program has \
                 version {known}), which was never released"
            ),
            "move the file away, then start `askfirst-collector serve` again",
        ),
        _ => Finding::error(
            "schema",
            "this is not a collector's database",
            "name the right directory with `data` in the configuration, or with --data",
        ),
    }
}

/// Compares times as text: an hour, a minute and a second have the same prefix.
fn clock(newest: &str, now: Moment) -> Finding {
    let latest = Moment::from_minutes(now.minutes() + SLACK).minute_text();
    let latest = latest.trim_end_matches('Z');
    if newest.get(..newest.len().min(latest.len())).is_some_and(|newest| newest > latest) {
        return Finding::error(
            "clock",
            format!("the clock says {}, but the newest data is from {newest}", now.minute_text()),
            "set the clock by NTP: until then hits count on the wrong day and rows are kept too long",
        );
    }
    Finding::ok("clock", format!("the clock says {}, which is later than all stored data", now.minute_text()))
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[test]
    fn nothing_stored_is_later_than_now() {
        let now = Moment::from_minutes(29_907_065);
        assert_eq!(now.minute_text(), "2026-11-11T19:05Z");
        for (newest, verdict) in [
            ("2026-11-11T19", Verdict::Ok),
            ("2026-11-11T19:07Z", Verdict::Ok),
            ("2026-11-11T19:07:59Z", Verdict::Ok),
            ("2026-11-11T19:08Z", Verdict::Error),
            ("2026-11-11T20", Verdict::Error),
            ("2027-01-01T00:00:00Z", Verdict::Error),
            ("2020-01-01T00", Verdict::Ok),
        ] {
            assert_eq!(clock(newest, now).verdict, verdict, "{newest}");
        }
    }

    #[test]
    fn versions_are_told_apart() {
        let verdict = |found| version(found).verdict;
        assert_eq!(verdict(Some(schema::VERSION)), Verdict::Ok);
        assert_eq!(verdict(Some(schema::VERSION + 1)), Verdict::Error);
        assert_eq!(verdict(Some(1)), Verdict::Error);
        assert_eq!((verdict(Some(0)), verdict(None)), (Verdict::Error, Verdict::Error));
    }
}
