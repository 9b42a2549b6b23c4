//! What is stored, written out: counts as reports show them, rows, receipts; as CSV, NDJSON or Parquet. What a spreadsheet would
//! take for a formula is made harmless in each of them, before any format sees it.
//!
//! Nothing is held in memory but a piece at a time, and no reader of the database stays open while a piece is written: an
//! erasure never waits for whoever takes the export.

#[cfg(feature = "parquet")]
mod columnar;
mod counts;
mod stored;
mod text;

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use jiff::civil::Date;
use serde_json::Value;

use crate::config::Config;
use crate::formula::{inert, inert_json};
use crate::report::Amount;

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Counts by each dimension, of the site and of each page, with small cells folded as in reports.
    Counts,
    /// Rows under an id.
    Rows,
    /// Receipts, without the hash that leads to an id.
    Receipts,
}

/// As what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values with a head.
    Csv,
    /// One JSON object on each line.
    Ndjson,
    /// Typed columns; needs the cargo feature `parquet`.
    Parquet,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The site.
    pub site: String,
    /// What of it.
    pub what: What,
    /// As what.
    pub format: Format,
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
    /// Whether formulas are left as they are.
    pub raw: bool,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    name: &'static str,
    kind: Kind,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Json,
    Number,
    Flag,
    Money,
}

/// What stands in a cell: nothing, or what its column's kind says.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Nothing,
    Text(String),
    Json(Value),
    Number(i64),
    Flag(bool),
    Money(Amount),
}

/// A format that is being written.
trait Sink {
    fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()>;
    fn end(self: Box<Self>) -> anyhow::Result<()>;
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn number(name: &'static str) -> Column {
    Column { name, kind: Kind::Number }
}

impl Cell {
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
    order: &Order,
    out: W,
) -> anyhow::Result<()> {
    let columns = match order.what {
        What::Counts => counts::COLUMNS,
        What::Rows => stored::ROWS.columns,
        What::Receipts => stored::RECEIPTS.columns,
    };
    let mut sink: Box<dyn Sink> = match order.format {
        Format::Csv => Box::new(text::Csv::new(columns, out)?),
        Format::Ndjson => Box::new(text::Ndjson::new(columns, out)),
        #[cfg(feature = "parquet")]
        Format::Parquet => Box::new(columnar::Parquet::new(columns, out)?),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => anyhow::bail!(
            "this program was built without Parquet: use a release, or build it with `--features parquet`"
        ),
    };
    let mut put = |cells: Vec<Cell>| {
        let cells = if order.raw { cells } else { cells.into_iter().map(Cell::inert).collect() };
        sink.row(&cells)
    };
    match order.what {
        What::Counts => counts::read(file, config, order, &mut put)?,
        What::Rows => stored::ROWS.read(file, order, &mut put)?,
        What::Receipts => stored::RECEIPTS.read(file, order, &mut put)?,
    }
    sink.end()
}
