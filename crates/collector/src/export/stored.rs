//! Rows and receipts, as they are stored.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Row, params};

use super::{Column, ColumnKind, ExportRequest, ExportValue, number, text};
use crate::store::schema;

/// Rows that are read at a time.
const PIECE: i64 = 2000;
/// How long a reader waits for the database.
const BUSY: Duration = Duration::from_secs(5);

/// A table, with what keeps its place from one piece to the next.
#[derive(Debug)]
pub(super) struct ExportTable {
    pub(super) columns: &'static [Column],
    /// Where its rows stand.
    from: &'static str,
    /// The number that its rows are sorted by, from 1.
    key: &'static str,
    /// The column that begins with the day.
    time: &'static str,
}

pub(super) const ROWS: ExportTable = ExportTable {
    columns: &[
        number("seq"),
        text("batch"),
        number("place"),
        text("id"),
        text("site"),
        text("level"),
        text("kind"),
        text("minute"),
        text("subject"),
        text("page"),
        text("referrer"),
        Column { name: "entry", kind: ColumnKind::Flag },
        text("source"),
        text("medium"),
        text("campaign"),
        text("viewport"),
        text("device"),
        text("browser"),
        text("os"),
        text("language"),
        text("country"),
        text("name"),
        Column { name: "props", kind: ColumnKind::Json },
    ],
    from: "events",
    key: "seq",
    time: "minute",
};

pub(super) const RECEIPTS: ExportTable = ExportTable {
    columns: &[
        text("receipt"),
        text("time"),
        text("site"),
        text("action"),
        text("level"),
        number("policy"),
        text("text_hash"),
        text("text"),
        text("code"),
        text("lang"),
        Column { name: "banner", kind: ColumnKind::Flag },
        text("previous"),
    ],
    from: "receipts LEFT JOIN texts ON hash = text_hash",
    key: "receipts.rowid",
    time: "time",
};

impl ExportTable {
    /// Reads the site's rows of those days. Rows that are erased before they are read are left out.
    pub(super) fn read(
        &self,
        file: &Path,
        request: &ExportRequest,
        put: &mut dyn FnMut(Vec<ExportValue>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let connection = schema::open_to_read(file, BUSY)?;
        let names: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        let Self { from, key, time, .. } = self;
        // A minute sorts after the day that it begins with, and before that day followed by "U". The plus keeps SQLite from its index of
        // minutes, for which it would sort all rows again for each piece.
        let mut query = connection.prepare(&format!(
            "SELECT {key}, {} FROM {from} WHERE {key} > ?1 AND +site = ?2 AND {time} >= ?3 AND {time} < ?4 || 'U'
             ORDER BY {key} LIMIT {PIECE}",
            names.join(", ")
        ))?;
        let first = request.from.map(|day| day.to_string()).unwrap_or_default();
        let last = request.to.map_or_else(|| "9999-12-31".to_owned(), |day| day.to_string());
        let mut before = 0;
        loop {
            let piece: Vec<(i64, Vec<ExportValue>)> = query
                .query_map(params![before, request.site, first, last], |row| self.cells(row))?
                .collect::<Result<_, _>>()?;
            let Some((key, _)) = piece.last() else { return Ok(()) };
            before = *key;
            for (_, cells) in piece {
                put(cells)?;
            }
        }
    }

    fn cells(&self, row: &Row<'_>) -> rusqlite::Result<(i64, Vec<ExportValue>)> {
        let cell = |(index, column): (usize, &Column)| {
            let index = index + 1;
            Ok(match (row.get_ref(index)?, column.kind) {
                (ValueRef::Null, _) => ExportValue::Nothing,
                (_, ColumnKind::Flag) => ExportValue::Flag(row.get(index)?),
                (_, ColumnKind::Number) => ExportValue::Number(row.get(index)?),
                (_, ColumnKind::Json) => {
                    let json: String = row.get(index)?;
                    serde_json::from_str(&json).map_or_else(|_| ExportValue::text(json), ExportValue::Json)
                }
                _ => ExportValue::Text(row.get(index)?),
            })
        };
        Ok((row.get(0)?, self.columns.iter().enumerate().map(cell).collect::<rusqlite::Result<_>>()?))
    }
}
