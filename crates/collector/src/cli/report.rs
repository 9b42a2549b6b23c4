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
    /// Name of the site.
    #[arg(long)]
    site: String,
    /// First day, such as 2026-11-01 [default: 30 days up to --to].
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day [default: today, UTC].
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Dimension to group by.
    #[arg(long, value_name = "DIMENSION", help = format!("Dimension to group by. One of {} [default: page]", report::known(None)))]
    by: Option<String>,
    /// Count only this page, such as /orders/:id.
    #[arg(long, value_name = "PAGE")]
    page: Option<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t = ReportFormat::Table)]
    format: ReportFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReportFormat {
    /// A table for reading.
    Table,
    /// The API's answer.
    Json,
    /// For spreadsheets.
    Csv,
}

impl Report {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = self.place.config_with(&self.site)?;
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
