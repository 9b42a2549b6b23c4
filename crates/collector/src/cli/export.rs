//! `askfirst-collector export`.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::ensure;
use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::Place;
use super::output_file::OutputFile;
use crate::export::{self, Dataset, ExportFormat, ExportRequest};
use crate::store::schema;

#[derive(Args, Debug)]
pub(super) struct Export {
    #[command(flatten)]
    place: Place,
    /// The site.
    #[arg(long)]
    site: String,
    /// What of it.
    #[arg(long, value_enum, default_value_t = Whats::Counts)]
    what: Whats,
    /// As what.
    #[arg(long, value_enum, default_value_t = Formats::Csv)]
    format: Formats,
    /// The first day, such as 2026-11-01 [default: of counts, 30 days up to --to; of rows and receipts, all].
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// The last day [default: today, UTC].
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Leave values as they are that a spreadsheet would take for formulas: for programs, and not for CSV.
    #[arg(long)]
    raw: bool,
    /// The file to write, readable by its owner only [default: standard output].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Take the place of a file that is there.
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whats {
    /// Counts by each dimension, small cells folded, as reports show them.
    Counts,
    /// Rows under an id.
    Rows,
    /// Receipts, without what leads to an id.
    Receipts,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Formats {
    /// For spreadsheets.
    Csv,
    /// One JSON object on each line.
    Ndjson,
    /// Typed columns.
    Parquet,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = self.place.config()?;
        let format = match self.format {
            Formats::Csv => ExportFormat::Csv,
            Formats::Ndjson => ExportFormat::Ndjson,
            Formats::Parquet => ExportFormat::Parquet,
        };
        let what = match self.what {
            Whats::Counts => Dataset::Counts,
            Whats::Rows => Dataset::Rows,
            Whats::Receipts => Dataset::Receipts,
        };
        ensure!(
            !self.raw || format != ExportFormat::Csv,
            "--raw is not for CSV, which spreadsheets open: choose --format"
        );
        let request =
            ExportRequest { site: self.site, what, format, from: self.from, to: self.to, raw: self.raw };
        let file = config.data.join(schema::FILE);
        match self.out {
            Some(out) => {
                let output = OutputFile::new(&out, self.force)?;
                export::write(&file, &config, &request, output.handle()?)?;
                output.finish()
            }
            None => {
                let mut out = std::io::stdout();
                ensure!(
                    format != ExportFormat::Parquet || !out.is_terminal(),
                    "Parquet is not for a terminal: name a file with --out"
                );
                match export::write(&file, &config, &request, std::io::stdout()) {
                    Err(error) if is_closed(&error) => Ok(()),
                    written => written.and_then(|()| Ok(out.flush()?)),
                }
            }
        }
    }
}

/// Whether whoever read the output has had enough of it.
fn is_closed(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = match cause.downcast_ref::<std::io::Error>() {
            Some(error) => Some(error.kind()),
            None => match cause.downcast_ref::<csv::Error>().map(csv::Error::kind) {
                Some(csv::ErrorKind::Io(error)) => Some(error.kind()),
                _ => cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind),
            },
        };
        kind == Some(std::io::ErrorKind::BrokenPipe)
    })
}
