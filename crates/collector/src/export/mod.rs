//! Exports of counts (as reports show them), rows and receipts as CSV, NDJSON or Parquet. Formulas are neutralized before any
//! format is written.
//!
//! Data is read in pieces, so memory is bounded. No reader of the database is open while a piece is written, so an erasure never
//! waits for the consumer of an export.

#[cfg(feature = "parquet")]
mod columnar;
mod counts;
mod formula;
mod report;
mod stored;
mod text;

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use jiff::civil::Date;
use serde_json::Value;

use crate::config::Config;
use crate::report::Amount;
use formula::{inert, inert_json};
pub use report::report_csv;

/// The data to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dataset {
    /// Counts by each dimension, of the site and of each page, with small cells folded as in reports.
    Counts,
    /// Rows under an id.
    Rows,
    /// Receipts, without the hash that leads to an id.
    Receipts,
}

/// The format of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values with a head.
    Csv,
    /// One JSON object on each line.
    Ndjson,
    /// Typed columns; needs the cargo feature `parquet`.
    Parquet,
}

/// Which data to export, and how.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// The site.
    pub site: String,
    /// The data.
    pub what: Dataset,
    /// The format of the file.
    pub format: ExportFormat,
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
    /// Whether formulas are not neutralized.
    pub raw: bool,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    name: &'static str,
    kind: ColumnKind,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnKind {
    Text,
    Json,
    Number,
    Flag,
    Money,
}

/// A value: none, or one of its column's type.
#[derive(Clone, Debug, PartialEq)]
enum ExportValue {
    Nothing,
    Text(String),
    Json(Value),
    Number(i64),
    Flag(bool),
    Money(Amount),
}

/// Writes rows in one format.
trait RowWriter {
    fn row(&mut self, cells: &[ExportValue]) -> anyhow::Result<()>;
    fn end(self: Box<Self>) -> anyhow::Result<()>;
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Text }
}

const fn number(name: &'static str) -> Column {
    Column { name, kind: ColumnKind::Number }
}

impl ExportValue {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The same without a formula.
    fn inert(self) -> Self {
        match self {
            Self::Text(text) => Self::Text(match inert(&text) {
                Cow::Owned(safe) => safe,
                Cow::Borrowed(_) => text,
            }),
            Self::Json(value) => Self::Json(inert_json(value)),
            other => other,
        }
    }
}

/// Writes what is asked for.
///
/// # Errors
/// Where the question is wrong, the database does not answer, or `out` does not take it.
pub fn write<W: Write + Send + 'static>(
    file: &Path,
    config: &Config,
    request: &ExportRequest,
    out: W,
) -> anyhow::Result<()> {
    let columns = match request.what {
        Dataset::Counts => counts::COLUMNS,
        Dataset::Rows => stored::ROWS.columns,
        Dataset::Receipts => stored::RECEIPTS.columns,
    };
    let mut writer: Box<dyn RowWriter> = match request.format {
        ExportFormat::Csv => Box::new(text::Csv::new(columns, out)?),
        ExportFormat::Ndjson => Box::new(text::Ndjson::new(columns, out)),
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => Box::new(columnar::Parquet::new(columns, out)?),
        #[cfg(not(feature = "parquet"))]
        ExportFormat::Parquet => anyhow::bail!(
            "this program was built without Parquet: use a release, or build it with `--features parquet`"
        ),
    };
    let mut put = |cells: Vec<ExportValue>| {
        let cells = if request.raw { cells } else { cells.into_iter().map(ExportValue::inert).collect() };
        writer.row(&cells)
    };
    match request.what {
        Dataset::Counts => counts::read(file, config, request, &mut put)?,
        Dataset::Rows => stored::ROWS.read(file, request, &mut put)?,
        Dataset::Receipts => stored::RECEIPTS.read(file, request, &mut put)?,
    }
    writer.end()
}
