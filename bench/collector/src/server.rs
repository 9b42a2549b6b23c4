//! The two servers as child processes.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use tempfile::TempDir;

use crate::http;

/// A server that runs; it ends with this value.
#[derive(Debug)]
pub(crate) struct ServerProcess {
    child: Child,
    pub(crate) public: SocketAddr,
    private: Option<SocketAddr>,
    data: Option<TempDir>,
}

impl ServerProcess {
    /// This program again, as the bare handler.
    pub(crate) fn bare() -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(crate::bare::ARGUMENT);
        Self::start(command, false, None)
    }

    /// The collector that was built beside this program, with a database on the same disk.
    pub(crate) fn collector() -> anyhow::Result<Self> {
        let this = std::env::current_exe()?;
        let directory = this.parent().context("this program stands in no directory")?;
        let program = directory.join("askfirst-collector").with_extension(std::env::consts::EXE_EXTENSION);
        ensure!(
            program.exists(),
            "{} is missing: build it with `cargo build --release -p askfirst-collector`",
            program.display()
        );
        let data = tempfile::Builder::new().prefix("bench-collector-").tempdir_in(directory)?;
        let mut command = Command::new(program);
        command
            .args(["serve", "--public", "127.0.0.1:0", "--private", "127.0.0.1:0", "--data"])
            .arg(data.path());
        Self::start(command, true, Some(data))
    }

    fn start(mut command: Command, wants_private: bool, data: Option<TempDir>) -> anyhow::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("no output of the server")?;
        let (mut public, mut private) = (None, None);
        for line in BufReader::new(output).lines() {
            let line = line?;
            let mut words = line.split_whitespace();
            match (words.next(), words.next().and_then(|url| url.strip_prefix("http://"))) {
                (Some("public"), Some(address)) => public = Some(address.parse()?),
                (Some("reports"), Some(address)) => private = Some(address.parse()?),
                _ => {}
            }
            if let Some(public) = public.filter(|_| !wants_private || private.is_some()) {
                return Ok(Self { child, public, private, data });
            }
        }
        let _ = child.kill();
        bail!("a server ended before it listened");
    }

    /// Hits that the collector's report shows.
    pub(crate) async fn counted(&self, site: &str) -> anyhow::Result<u64> {
        let private = self.private.context("the bare handler counts nothing")?;
        let report = http::get(private, &format!("/api/v1/report?site={site}&by=page")).await?;
        let report: serde_json::Value = serde_json::from_slice(&report)?;
        report["total"]["views"].as_u64().context("a report without a total")
    }

    /// Where the database is, and how large.
    pub(crate) fn data(&self) -> String {
        let Some(data) = &self.data else { return "none".to_owned() };
        let size = |name: &str| std::fs::metadata(data.path().join(name)).map_or(0, |file| file.len() / 1024);
        format!("{} kB, log {} kB, in {}", size("askfirst.db"), size("askfirst.db-wal"), parent(data.path()))
    }

    /// Bytes of the database and its log.
    pub(crate) fn size(&self) -> f64 {
        let files = ["askfirst.db", "askfirst.db-wal"].iter().zip(self.data.iter().cycle());
        files
            .map(|(name, data)| std::fs::metadata(data.path().join(name)).map_or(0, |file| file.len()))
            .sum::<u64>() as f64
    }

    /// The most kilobytes of memory that the server has used, where the system tells (Linux).
    pub(crate) fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        most.trim().strip_suffix(" kB")?.parse().ok()
    }

    /// Seconds of processor time that the server has used, where the system tells (Linux).
    pub(crate) fn cpu_seconds(&self) -> Option<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // After the name, which may hold anything: user and system time are fields 14 and 15, in hundredths.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
        Some(ticks / 100.0)
    }

    pub(crate) fn stop(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn parent(path: &Path) -> String {
    path.parent().unwrap_or(path).display().to_string()
}
