//! Rows of the table `events`, which can be erased by their id.

use rusqlite::{Connection, params};

use crate::context::Country;
use crate::intake::{EventRow, HitCounts, Intake, RowOwner};

/// Inserts a row. False if there is a row with that UUID: the hit is a retry and must not be counted again.
pub(super) fn insert(
    connection: &Connection,
    intake: &Intake,
    owner: &RowOwner,
    count: &HitCounts,
    row: &EventRow,
) -> rusqlite::Result<bool> {
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO events (uuid, id, site, level, kind, minute, visit, subject, page, previous, referrer,
         entry, source, medium, campaign, viewport, name, props, device, browser, os, language, country)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
    )?;
    let shown = count.context.as_ref();
    let inserted = insert.execute(params![
        row.uuid,
        owner.id,
        intake.site,
        owner.level.as_str(),
        row.kind,
        intake.time.minute_text(),
        row.visit,
        owner.subject,
        count.page,
        row.previous,
        row.referrer.as_deref(),
        row.entry,
        row.source.as_deref(),
        row.medium.as_deref(),
        row.campaign.as_deref(),
        row.viewport,
        row.name.as_deref(),
        row.props,
        shown.map(|context| context.families.device),
        shown.map(|context| context.families.browser),
        shown.map(|context| context.families.os),
        shown.map(|context| context.language),
        shown.and_then(|context| context.country.as_ref()).map(Country::as_str),
    ])?;
    Ok(inserted > 0)
}
