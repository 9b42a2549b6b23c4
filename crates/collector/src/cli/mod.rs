//! The command line. What it says goes before the environment, the environment before the configuration file, the file
//! before the defaults.

mod backup;
mod doctor;
mod erase;
mod export;
mod inventory;
mod logs;
mod report;
mod serve;
mod tag;
mod verify;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::config::Config;
use crate::plural::counted;
use askfirst_verify::finding::{self, Finding, Verdict};

/// Takes what the snippet sends, counts or keeps it, reports.
#[derive(Debug, Parser)]
#[command(name = "askfirst-collector", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the script, take hits, show reports.
    Serve(Box<serve::Serve>),
    /// Print a site's counts; also while `serve` runs.
    Report(report::Report),
    /// Write out a site's counts, rows or receipts; also while `serve` runs.
    Export(export::Export),
    /// Erase everything under an id; also while `serve` runs.
    Erase(erase::Erase),
    /// Copy the whole database into one file; also while `serve` runs.
    Backup(backup::Backup),
    /// Look for what would undo the promises.
    Doctor(doctor::Doctor),
    /// Look at a page of yours: whether askfirst runs there, and its messages arrive.
    ///
    /// It asks for that page, for the script that the page names, for three answers of the collector that the page names, and for the
    /// site's /.well-known/gpc.json; nobody else is asked, and nothing is counted. It runs no scripts: for what only a browser
    /// shows, open the page with ?askfirst-debug.
    Verify(verify::Verify),
    /// Print what may be sent and stored, as JSON.
    Inventory(inventory::Inventory),
    /// Print the script tag of a site, with `--pinned` one that is held to a build by its hash.
    Tag(tag::Tag),
}

/// Where things are.
#[derive(Args, Debug)]
struct Place {
    /// The configuration file; without one there is a single site, "demo".
    #[arg(long, value_name = "FILE", env = "ASKFIRST_CONFIG")]
    config: Option<PathBuf>,
    /// The directory of the database [default: ./data].
    #[arg(long, value_name = "DIR", env = "ASKFIRST_DATA")]
    data: Option<PathBuf>,
}

/// Does what the command line says.
///
/// # Errors
/// In words for whoever typed it.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(serve) => serve.run(),
        Command::Report(report) => report.run(),
        Command::Export(export) => export.run(),
        Command::Erase(erase) => erase.run(),
        Command::Backup(backup) => backup.run(),
        Command::Doctor(doctor) => doctor.run(),
        Command::Verify(verify) => verify.run(),
        Command::Inventory(inventory) => inventory.run(),
        Command::Tag(tag) => tag.run(),
    }
}

impl Place {
    fn config(&self) -> anyhow::Result<Config> {
        let mut config = self.config.as_deref().map_or_else(|| Ok(Config::default()), Config::read)?;
        if let Some(data) = &self.data {
            config.data.clone_from(data);
        }
        Ok(config)
    }
}

fn json<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// `println!` would panic where a pipe was closed.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints findings.
///
/// # Errors
/// If one of them is an error.
fn print_findings(findings: &[Finding], as_json: bool) -> anyhow::Result<()> {
    print(&if as_json { json(&findings)? } else { findings.iter().map(line).collect() })?;
    match failure(findings) {
        Some(failure) => bail!(failure),
        None => Ok(()),
    }
}

/// Why the command fails, if a finding is an error.
fn failure(findings: &[Finding]) -> Option<String> {
    let count = |verdict, noun| counted(finding::count(findings, verdict) as u64, noun);
    let has_errors = finding::count(findings, Verdict::Error) > 0;
    let (errors, warnings) = (count(Verdict::Error, "error"), count(Verdict::Warning, "warning"));
    has_errors.then(|| format!("{errors} and {warnings}; see the fixes above"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_fail_the_command_and_are_counted_in_words() {
        let (ok, warning) = (Finding::ok("a", "b"), Finding::warning("a", "b", "c"));
        let error = Finding::error("a", "b", "c");
        assert_eq!(failure(&[ok.clone(), warning.clone()]), None);
        for (findings, expected) in [
            (vec![error.clone(), warning], "1 error and 1 warning; see the fixes above"),
            (vec![error.clone(), ok, error], "2 errors and 0 warnings; see the fixes above"),
        ] {
            assert_eq!(failure(&findings).as_deref(), Some(expected));
        }
    }
}
