//! `askfirst-collector doctor`.

use std::path::PathBuf;

use anyhow::ensure;
use clap::Args;

use super::serve::Settings;
use super::{json, print};
use crate::doctor::{self, Finding, Verdict};
use crate::moment::Moment;

#[derive(Args, Debug)]
pub(super) struct Doctor {
    #[command(flatten)]
    settings: Settings,
    /// A file of the reverse proxy in front, of nginx, Caddy or Apache; several times, where there are several [default: where
    /// they usually stand].
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
        if self.json {
            print(&json(&findings)?)?;
        } else {
            print(&findings.iter().map(line).collect::<String>())?;
        }
        let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
        let (errors, warnings) = (count(Verdict::Error), count(Verdict::Warning));
        ensure!(errors == 0, "{errors} errors and {warnings} warnings: what to do stands above");
        Ok(())
    }
}

fn line(finding: &Finding) -> String {
    let Finding { check, verdict, says, fix } = finding;
    let verdict = match verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Error => "error",
    };
    let fix = fix.as_ref().map(|fix| format!("{:21}-> {fix}\n", "")).unwrap_or_default();
    format!("{verdict:<8} {check:<11} {says}\n{fix}")
}
