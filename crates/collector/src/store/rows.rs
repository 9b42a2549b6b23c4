//! Rows of the table `events`, which can be erased by their id.

use rusqlite::{Connection, params};

use super::job::NewGrant;
use crate::context::Country;
use crate::intake::{EventRow, HitCounts, Intake, RowOwner};

/// The kind of a row of the page on which the visitor agreed.
const GRANT: &str = "grant";

/// Inserts the row of the hit at that place of its batch. False if the row is there: the hit is a retry and must not be counted
/// again.
pub(super) fn insert(
    connection: &Connection,
    intake: &Intake,
    (owner, place): (&RowOwner, u32),
    count: &HitCounts,
    row: &EventRow,
) -> rusqlite::Result<bool> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (batch, place, id, site, level, kind, minute, subject, page, referrer, entry, source, medium,
             campaign, viewport, device, browser, os, language, country, name, props)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)
         ON CONFLICT (batch, place) DO NOTHING",
    )?;
    let shown = count.context.as_ref();
    let inserted = insert.execute(params![
        owner.batch,
        place,
        owner.id,
        intake.site,
        owner.level.as_str(),
        row.kind,
        intake.time.minute_text(),
        owner.subject,
        count.page,
        row.referrer.as_deref(),
        row.entry,
        row.source.as_deref(),
        row.medium.as_deref(),
        row.campaign.as_deref(),
        row.viewport,
        shown.map(|context| context.families.device),
        shown.map(|context| context.families.browser),
        shown.map(|context| context.families.os),
        shown.map(|context| context.language),
        shown.and_then(|context| context.country.as_ref()).map(Country::as_str),
        row.name.as_deref(),
        row.props,
    ])?;
    Ok(inserted > 0)
}

/// Inserts the row of the page on which the visitor agreed, under the number of the receipt.
pub(super) fn insert_grant(connection: &Connection, grant: &NewGrant, page: &str) -> rusqlite::Result<()> {
    let NewGrant { receipt, id, time, .. } = grant;
    connection
        .prepare_cached(
            "INSERT INTO events (batch, place, id, site, level, kind, minute, page)
             VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![receipt.receipt, id, receipt.site, receipt.level, GRANT, time.minute_text(), page])
        .map(drop)
}
