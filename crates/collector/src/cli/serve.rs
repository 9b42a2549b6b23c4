//! `askfirst-collector serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::logs::Logs;
use super::{Place, print};
use crate::config::{Config, PrivateAddress, Token};
use crate::edge::Server;

#[derive(Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    logs: Logs,
}

/// What the collector is served with.
#[derive(Args, Debug)]
pub(super) struct Settings {
    #[command(flatten)]
    place: Place,
    /// Where browsers reach the script and send hits [default: 127.0.0.1:8100].
    #[arg(long, value_name = "ADDRESS", env = "ASKFIRST_PUBLIC")]
    public: Option<SocketAddr>,
    /// Where reports are shown: an address, or a socket file as unix:FILE [default: 127.0.0.1:8101].
    #[arg(long, value_name = "ADDRESS", env = "ASKFIRST_PRIVATE")]
    private: Option<PrivateAddress>,
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
}

impl Settings {
    pub(super) fn config(self) -> anyhow::Result<Config> {
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
        Ok(config)
    }
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.logs.begin();
        limits();
        let config = self.settings.config()?;
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("cannot start")?
            .block_on(serve(config))
    }
}

/// No crash dump, and no huge pages. As many sockets as the system lets us have.
fn limits() {
    if let Err(error) = crate::memory::forbid_dumps() {
        tracing::warn!(%error, "crash dumps cannot be forbidden");
    }
    if let Err(error) = crate::memory::forbid_huge_pages() {
        tracing::debug!(%error, "huge pages cannot be forbidden");
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
