//! `askfirst-collector report`.

use clap::{Args, ValueEnum};

use super::{Place, json, print};
use crate::export::report_csv;
use crate::moment::today;
use crate::report::{self, ReportQuery};
use crate::store::schema;

#[derive(Args, Debug)]
pub(super) struct Report {
    #[command(flatten)]
    place: Place,
    /// The site.
    #[arg(long)]
    site: String,
    /// The first day, such as 2026-11-01 [default: 30 days up to --to].
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// The last day [default: today, UTC].
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// By what the counts are told apart.
    #[arg(long, value_name = "DIMENSION", help = format!("One of {} [default: page]", report::known(None)))]
    by: Option<String>,
    /// Only what was counted on this page template.
    #[arg(long, value_name = "PAGE")]
    page: Option<String>,
    /// What to print.
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    format: ReportFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReportFormat {
    /// For reading.
    Table,
    /// As the API answers.
    Json,
    /// For spreadsheets.
    Csv,
}

impl Report {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = self.place.config()?;
        let Self { site, from, to, by, page, .. } = self;
        let question = ReportQuery { site: Some(site), from, to, by, page }.check(&config, today())?;
        let report = report::read(&config.data.join(schema::FILE), &question)?;
        match self.format {
            ReportFormat::Table => print(&format!("{}\n", report::table(&question, &report))),
            ReportFormat::Json => print(&json(&report)?),
            ReportFormat::Csv => print(&report_csv(&question, &report)?),
        }
    }
}
