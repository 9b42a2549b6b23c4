//! `askfirst-collector doctor`.

use std::path::PathBuf;

use clap::Args;

use super::print_findings;
use super::serve::Settings;
use crate::doctor;
use crate::moment::Moment;

#[derive(Args, Debug)]
pub(super) struct Doctor {
    #[command(flatten)]
    settings: Settings,
    /// Configuration file of the reverse proxy (nginx, Caddy or Apache). Repeat for several [default: the usual places].
    #[arg(long, value_name = "FILE")]
    proxy_config: Vec<PathBuf>,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let config = self.settings.config()?;
        let findings = doctor::examine(&config, &self.proxy_config, Moment::now());
        print_findings(&findings, self.json)
    }
}
