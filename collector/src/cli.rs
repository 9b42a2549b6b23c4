//! The command line. What it says goes before the environment, the environment before the configuration file, the file
//! before the defaults.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use askfirst_wire::inventory;
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use serde::Serialize;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Config, Private, Token};
use crate::edge::Server;
use crate::moment::today;
use crate::report::{self, Asked};
use crate::store::schema;

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
    Serve(Serve),
    /// Print a site's counts; also while `serve` runs.
    Report(Report),
    /// Print what may be sent and stored, as JSON.
    Inventory(Inventory),
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

#[derive(Args, Debug)]
struct Serve {
    #[command(flatten)]
    place: Place,
    /// Where browsers reach the script and send hits [default: 127.0.0.1:8100].
    #[arg(long, value_name = "ADDRESS", env = "ASKFIRST_PUBLIC")]
    public: Option<SocketAddr>,
    /// Where reports are shown: an address, or a socket file as unix:FILE [default: 127.0.0.1:8101].
    #[arg(long, value_name = "ADDRESS", env = "ASKFIRST_PRIVATE")]
    private: Option<Private>,
    /// The file with the token that reports are shown for [default: none, or the token that
    /// `ASKFIRST_TOKEN` holds].
    #[arg(long, value_name = "FILE", env = "ASKFIRST_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// The directory in which askfirst.js stands [default: ./dist].
    #[arg(long, value_name = "DIR", env = "ASKFIRST_ASSETS")]
    assets: Option<PathBuf>,
    /// A directory to serve at /demo/ [default: none].
    #[arg(long, value_name = "DIR", env = "ASKFIRST_DEMO")]
    demo: Option<PathBuf>,
    /// How much to log, to standard error. Nothing of a visitor is logged at any of them.
    #[arg(long, value_name = "LEVEL", env = "ASKFIRST_LOG", default_value = "info")]
    log: tracing::level_filters::LevelFilter,
}

#[derive(Args, Debug)]
struct Report {
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
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For reading.
    Table,
    /// As the API answers.
    Json,
    /// For spreadsheets.
    Csv,
}

#[derive(Args, Debug)]
struct Inventory {
    /// Print the site's /.well-known/gpc.json instead: it belongs on the site's own origin.
    #[arg(long)]
    gpc: bool,
    /// The day since which the site answers the signal, such as 2026-11-01 [default: today, UTC].
    #[arg(long, value_name = "DAY", requires = "gpc")]
    date: Option<Date>,
}

/// Does what the command line says.
///
/// # Errors
/// In words for whoever typed it.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(serve) => serve.run(),
        Command::Report(report) => report.run(),
        Command::Inventory(inventory) => inventory.run(),
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

impl Serve {
    fn run(self) -> anyhow::Result<()> {
        // Only our own lines: a library's might quote a request.
        let filter = tracing_subscriber::filter::Targets::new().with_target("askfirst_collector", self.log);
        let lines = tracing_subscriber::fmt::layer()
            .with_ansi(std::io::stderr().is_terminal())
            .with_writer(std::io::stderr);
        tracing_subscriber::registry().with(lines).with(filter).init();

        limits();
        let mut config = self.place.config()?;
        config.public = self.public.unwrap_or(config.public);
        config.private = self.private.unwrap_or(config.private);
        config.token_file = self.token_file.or(config.token_file);
        // No flag holds it: every user of the machine sees the flags of every process.
        if let Some(token) = std::env::var_os("ASKFIRST_TOKEN") {
            config.token = Some(Token::new(&token.to_string_lossy()).context("ASKFIRST_TOKEN")?);
        }
        config.assets = self.assets.unwrap_or(config.assets);
        config.demo = self.demo.or(config.demo);
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("cannot start")?
            .block_on(serve(config))
    }
}

/// No crash dump, and no look into this process by another: the memory of a request holds its address and headers, and the
/// key of the day's visitors is there. As many sockets as the system lets us have.
fn limits() {
    #[cfg(unix)]
    if let Err(error) = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0) {
        tracing::warn!(%error, "crash dumps cannot be forbidden");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
    {
        tracing::warn!(%error, "crash dumps and looks into the memory cannot be forbidden");
    }
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the number of sockets cannot be raised");
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    // Before anything listens, so that no signal finds nobody home.
    let stop = stop_signal()?;
    let (demo, data) = (config.demo.is_some(), config.data.clone());
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let server = Server::start(config).await?;
    let mut lines = format!("askfirst-collector {}\n", env!("CARGO_PKG_VERSION"));
    lines += &format!("  public   {scheme}://{}\n", server.public);
    if demo {
        lines += &format!("  demo     {scheme}://{}/demo/\n", server.public);
    }
    let private = if server.private.address().is_some() { "http://" } else { "" };
    lines += &format!("  reports  {private}{}\n", server.private);
    lines += &format!("  data     {}\n", std::path::absolute(&data).unwrap_or(data).display());
    print(&lines)?;
    stop.await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

/// Ends with the first Ctrl-C or SIGTERM.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

impl Report {
    fn run(self) -> anyhow::Result<()> {
        let config = self.place.config()?;
        let Self { site, from, to, by, page, .. } = self;
        let question = Asked { site: Some(site), from, to, by, page }.check(&config, today())?;
        let report = report::read(&config.data.join(schema::FILE), &question)?;
        match self.format {
            Format::Table => print(&format!("{}\n", report::table(&question, &report))),
            Format::Json => print(&json(&report)?),
            Format::Csv => print(&report::csv(&question, &report)?),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gpc {
    gpc: bool,
    last_update: String,
}

impl Inventory {
    fn run(&self) -> anyhow::Result<()> {
        if self.gpc {
            let last_update = self.date.unwrap_or_else(today).to_string();
            print(&format!("{}\n", serde_json::to_string(&Gpc { gpc: true, last_update })?))
        } else {
            print(&json(inventory::shipped())?)
        }
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

#[cfg(test)]
mod tests {
    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_serves_cannot_be_dumped() {
        use rustix::process::{DumpableBehavior, dumpable_behavior};
        super::limits();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
