//! The counts that answer a question, read and folded.

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use askfirst_wire::builtin::OTHER;
use jiff::civil::Date;
use rusqlite::{Connection, Row as SqlRow, params};

use super::answer::Ask;
use super::dimension::{DROPPED, REVENUE};
use super::fold::{Cells, Sum};
use super::week::{Answer, Days};
use super::{Amount, By, Question, Report, ReportRow};
use crate::moment::today;
use crate::store::{StoreError, schema};
use crate::uniques::rounded;

/// How long a report waits for the database.
const BUSY: Duration = Duration::from_secs(2);
/// As a dimension, what is no dimension: the hours of the day.
const HOUR: &str = "hour";

/// Answers a question from the database at that path.
///
/// # Errors
/// As [`read_all`].
pub fn read(file: &Path, question: &Question) -> Result<Report, StoreError> {
    let mut reports = read_all(file, std::slice::from_ref(question))?;
    Ok(reports.pop().unwrap_or_default())
}

/// Answers questions, all from the same state of the database. The connection ends with the call: an open reader would keep
/// erased bytes in the files.
///
/// # Errors
/// Where the database is missing, none of ours, or does not answer.
pub fn read_all(file: &Path, questions: &[Question]) -> Result<Vec<Report>, StoreError> {
    let mut connection = schema::open_to_read(file, BUSY)?;
    let state = connection.transaction()?;
    let today = today();
    let answer = |question: &Question| Ok(Report::new(rows(&state, question, today)?));
    questions.iter().map(answer).collect()
}

fn rows(connection: &Connection, question: &Question, today: Date) -> rusqlite::Result<Vec<ReportRow>> {
    let Question { site, k, from, to, by } = question;
    let (dimension, page) = match by {
        By::Day => return days(connection, question),
        By::Uniques => return uniques(connection, question, today),
        By::Hour => (HOUR, ""),
        By::Dimension { name, page } => (name.as_str(), page.as_str()),
    };
    let ask = Ask { dimension, page, from: *from, to: *to, k: *k };
    // A dimension of one value is its total.
    let ask = if dimension == DROPPED { Ask { k: 1, ..ask } } else { ask };
    let answer =
        ask.answer(today, &mut |dimension, page, days| cells(connection, site, (dimension, page), days))?;
    Ok(sorted(answer, dimension == REVENUE))
}

/// By falling views, then by value; "(other)" last.
fn sorted(answer: Answer, has_amounts: bool) -> Vec<ReportRow> {
    let rest = answer.rest();
    let row = |(value, sum): (String, Sum)| ReportRow {
        value,
        views: sum.views,
        visits: sum.visits,
        amount: has_amounts.then_some(Amount(sum.amount)),
        restarts: None,
    };
    let mut rows: Vec<ReportRow> = answer.rows.into_iter().map(row).collect();
    rows.sort_by(|a, b| b.views.cmp(&a.views).then_with(|| a.value.cmp(&b.value)));
    if rest.views > 0 {
        rows.push(ReportRow {
            value: OTHER.to_owned(),
            views: rest.views,
            visits: rest.visits,
            amount: None,
            restarts: None,
        });
    }
    rows
}

/// The days' totals: what a report of a day shows anyway.
fn days(connection: &Connection, question: &Question) -> rusqlite::Result<Vec<ReportRow>> {
    let (from, to) = (question.from.to_string(), question.to.to_string());
    // Hours sort after the day that they begin with: "2026-11-22" < "2026-11-22T00" < "2026-11-22U".
    connection
        .prepare_cached(
            "SELECT substr(hour, 1, 10), sum(views), sum(visits) FROM site_hour
             WHERE site = ?1 AND hour >= ?2 AND hour < ?3 || 'U' GROUP BY 1 ORDER BY 1",
        )?
        .query_map(params![question.site, from, to], |row| {
            Ok(ReportRow {
                value: row.get(0)?,
                views: number(row, 1)?,
                visits: number(row, 2)?,
                amount: None,
                restarts: None,
            })
        })?
        .collect()
}

/// The visitors of the days that have ended, but where they were fewer than k.
fn uniques(connection: &Connection, question: &Question, today: Date) -> rusqlite::Result<Vec<ReportRow>> {
    let days = (question.from.to_string(), question.to.to_string(), today.to_string());
    connection
        .prepare_cached(
            "SELECT day, estimate, restarts FROM uniques
             WHERE site = ?1 AND day BETWEEN ?2 AND ?3 AND day < ?4 AND estimate >= ?5 AND estimate > 0 ORDER BY day",
        )?
        .query_map(params![question.site, days.0, days.1, days.2, i64::try_from(question.k).unwrap_or(i64::MAX)], |row| {
            let views = rounded(number(row, 1)? as f64);
            Ok(ReportRow { value: row.get(0)?, views, visits: 0, amount: None, restarts: Some(number(row, 2)?) })
        })?
        .collect()
}

fn cells(
    connection: &Connection,
    site: &str,
    (dimension, page): (&str, &str),
    days: &RangeInclusive<Date>,
) -> rusqlite::Result<Days> {
    let (from, to) = (days.start().to_string(), days.end().to_string());
    let mut query = connection.prepare_cached(match dimension {
        HOUR => {
            "SELECT substr(hour, 1, 10), substr(hour, 12, 2), views, visits, 0 FROM site_hour
             WHERE site = ?1 AND hour >= ?2 AND hour < ?3 || 'U'"
        }
        REVENUE => {
            "SELECT day, event || ' ' || currency, count, 0, amount FROM revenue
             WHERE site = ?1 AND day BETWEEN ?2 AND ?3"
        }
        _ => {
            "SELECT day, value, views, visits, 0 FROM cells JOIN counters USING (counter)
             WHERE site = ?1 AND day BETWEEN ?2 AND ?3 AND dimension = ?4 AND page = ?5 AND views > 0"
        }
    })?;
    let mut found = match dimension {
        HOUR | REVENUE => query.query(params![site, from, to])?,
        _ => query.query(params![site, from, to, dimension, page])?,
    };
    let mut days = Days::new();
    while let Some(row) = found.next()? {
        let sum = Sum { views: number(row, 2)?, visits: number(row, 3)?, amount: row.get(4)? };
        let day: &mut Cells = days.entry(row.get(0)?).or_default();
        day.insert(row.get(1)?, sum);
    }
    Ok(days)
}

fn number(row: &SqlRow<'_>, index: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(index).map(i64::unsigned_abs)
}
