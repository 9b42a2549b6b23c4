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
    /// Name of the site.
    #[arg(long)]
    site: String,
    /// What to export.
    #[arg(long, value_enum, default_value_t = Whats::Counts)]
    what: Whats,
    /// File format.
    #[arg(long, value_enum, default_value_t = Formats::Csv)]
    format: Formats,
    /// First day, such as 2026-11-01 [default: for counts, 30 days up to --to; for rows and receipts, the first day stored].
    #[arg(long, value_name = "DAY")]
    from: Option<Date>,
    /// Last day [default: today, UTC].
    #[arg(long, value_name = "DAY")]
    to: Option<Date>,
    /// Do not escape values that a spreadsheet would run as formulas. Not for CSV.
    #[arg(long)]
    raw: bool,
    /// File to write. Only its owner can read it [default: standard output].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Overwrite an existing file.
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whats {
    /// Counts by each dimension, with small cells folded, as in reports.
    Counts,
    /// Rows stored under an id.
    Rows,
    /// Consent receipts, without the hash of the id.
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
        let config = self.place.config_with(&self.site)?;
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
            "--raw cannot be used with CSV, because spreadsheets run formulas in it: use --format ndjson or --format parquet"
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
                    "Parquet cannot be printed to a terminal: name a file with --out"
                );
                match export::write(&file, &config, &request, std::io::stdout()) {
                    Err(error) if is_closed(&error) => Ok(()),
                    written => written.and_then(|()| Ok(out.flush()?)),
                }
            }
        }
    }
}

/// Whether the reader of the output has closed the pipe.
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
