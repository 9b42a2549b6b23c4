//! The counts that answer a question, read and folded.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Row as SqlRow, params};

use super::dimension::{DROPPED, REVENUE};
use super::{Amount, By, Question, Report, Row, fold};
use crate::store::{StoreError, schema};

/// How long a report waits for the database.
const BUSY: Duration = Duration::from_secs(2);

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
    let answer = |question: &Question| {
        let cells = cells(&state, question)?;
        Ok(Report::new(match &question.by {
            // The total of a day is what a report of that day shows anyway, and a dimension of one value is its total.
            By::Day => cells,
            By::Dimension { name, .. } if name == DROPPED => cells,
            By::Hour | By::Dimension { .. } => fold(cells, question.k),
        }))
    };
    questions.iter().map(answer).collect()
}

fn cells(connection: &Connection, question: &Question) -> rusqlite::Result<Vec<Row>> {
    let (from, to) = (question.from.to_string(), question.to.to_string());
    // Hours sort after the day that they begin with: "2026-11-22" < "2026-11-22T00" < "2026-11-22U".
    let hours = |key: &str| {
        connection
            .prepare(&format!(
                "SELECT {key}, sum(views), sum(visits) FROM site_hour
                 WHERE site = ?1 AND hour >= ?2 AND hour < ?3 || 'U' GROUP BY 1 ORDER BY 1"
            ))?
            .query_map(params![question.site, from, to], row)?
            .collect()
    };
    match &question.by {
        By::Day => hours("substr(hour, 1, 10)"),
        By::Hour => hours("substr(hour, 12, 2)"),
        By::Dimension { name, .. } if name == REVENUE => connection
            .prepare(
                "SELECT event || ' ' || currency, sum(count), 0, sum(amount) FROM revenue
                 WHERE site = ?1 AND day BETWEEN ?2 AND ?3 GROUP BY event, currency",
            )?
            .query_map(params![question.site, from, to], |sql| {
                Ok(Row { amount: Some(Amount(sql.get(3)?)), ..row(sql)? })
            })?
            .collect(),
        By::Dimension { name, page } => connection
            .prepare(
                "SELECT value, sum(views), sum(visits) FROM cells
                 WHERE site = ?1 AND dimension = ?2 AND page = ?3 AND day BETWEEN ?4 AND ?5 GROUP BY value",
            )?
            .query_map(params![question.site, name, page, from, to], row)?
            .collect(),
    }
}

fn row(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
    Ok(Row { value: row.get(0)?, views: number(1)?, visits: number(2)?, amount: None })
}
