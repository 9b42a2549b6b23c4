//! The command line. Precedence: flag, environment variable, configuration file, default.

mod backup;
mod doctor;
mod erase;
mod export;
mod inventory;
mod logs;
mod output_file;
mod report;
mod serve;
mod tag;
mod verify;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::config::{Config, Site};
use crate::plural::counted;
use askfirst_verify::finding::{self, Finding, Verdict};

/// The askfirst server: collects page views and events, stores them in SQLite, and reports on them.
#[derive(Debug, Parser)]
#[command(name = "askfirst-collector", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: serve the script, accept hits, show reports.
    Serve(Box<serve::Serve>),
    /// Print a site's counts (works while `serve` runs).
    Report(report::Report),
    /// Export a site's counts, rows or consent receipts (works while `serve` runs).
    Export(export::Export),
    /// Erase everything stored under a visitor's id (works while `serve` runs).
    Erase(erase::Erase),
    /// Back up the database to one file (works while `serve` runs).
    Backup(backup::Backup),
    /// Check the installation for privacy and security problems.
    Doctor(doctor::Doctor),
    /// Check that a page of your site loads askfirst and that its hits arrive.
    ///
    /// Requests the page, the script that it names, three addresses of the collector and the site's /.well-known/gpc.json.
    /// Nothing else is requested and nothing is counted. It does not run scripts: for problems that only a browser shows, open
    /// the page with ?askfirst-debug.
    Verify(verify::Verify),
    /// Print every field that may be sent or stored, as JSON.
    Inventory(inventory::Inventory),
    /// Print a site's script tag; with `--pinned`, one that is pinned to the installed build.
    Tag(tag::Tag),
}

/// Where the configuration and the database are.
#[derive(Args, Debug)]
struct Place {
    /// Configuration file. Without one, the only site is "demo".
    #[arg(long, value_name = "FILE", env = "ASKFIRST_CONFIG")]
    config: Option<PathBuf>,
    /// Directory of the database [default: `data` in the configuration, else ./data].
    #[arg(long, value_name = "DIR", env = "ASKFIRST_DATA")]
    data: Option<PathBuf>,
}

/// Runs the command that the command line names.
///
/// # Errors
/// A message for the person who typed it: what went wrong, and how to fix it.
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

    /// The configuration, checked to contain the site that a command is about.
    fn config_with(&self, site: &str) -> anyhow::Result<Config> {
        let config = self.config()?;
        find_site(&config, site, self.config.as_deref())?;
        Ok(config)
    }
}

/// The site of that name.
///
/// # Errors
/// Says which sites there are, and that no configuration was given if none was.
fn find_site<'a>(config: &'a Config, name: &str, file: Option<&Path>) -> anyhow::Result<&'a Site> {
    config.site(name).with_context(|| match file {
        Some(file) => {
            let names: Vec<&str> = config.sites.iter().map(|site| site.name.as_str()).collect();
            format!("no site {name:?} in {}: it has {}", file.display(), names.join(", "))
        }
        None => format!(
            "no site {name:?}: no configuration was given, so the only site is \"demo\". Name the file with --config or ASKFIRST_CONFIG"
        ),
    })
}

fn json<T: Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

/// `println!` panics if the pipe is closed.
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
/// If any of them is an error.
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
