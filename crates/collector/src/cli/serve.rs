//! `askfirst-collector serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;

use super::logs::Logs;
use super::{Place, print};
use crate::builds::{LACK_FIX, Source};
use crate::config::{Config, Demo, PrivateAddress, Token};
use crate::edge::Server;

#[derive(Args, Debug)]
pub(super) struct Serve {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    logs: Logs,
}

/// The settings of `serve`. `doctor` takes the same ones.
#[derive(Args, Debug)]
pub(super) struct Settings {
    #[command(flatten)]
    place: Place,
    /// Address of the public listener, where browsers load the script and send hits [default: 127.0.0.1:8100].
    #[arg(long, value_name = "ADDRESS", env = "ASKFIRST_PUBLIC")]
    public: Option<SocketAddr>,
    /// Address of the private listener, which shows reports, or a socket file as unix:FILE [default: 127.0.0.1:8101].
    #[arg(long, value_name = "ADDRESS", env = "ASKFIRST_PRIVATE")]
    private: Option<PrivateAddress>,
    /// File with the token that the private listener asks for [default: `ASKFIRST_TOKEN`, else no token].
    #[arg(long, value_name = "FILE", env = "ASKFIRST_TOKEN_FILE")]
    token_file: Option<PathBuf>,
    /// Directory of askfirst.js and the files that it loads [default: the files inside this program, or ./dist if it was built
    /// without them].
    #[arg(long, value_name = "DIR", env = "ASKFIRST_ASSETS")]
    assets: Option<PathBuf>,
    /// Serve a demo site at /demo/: this directory, or without one the demo inside this program [default: none].
    #[arg(long, value_name = "DIR", env = "ASKFIRST_DEMO", num_args = 0..=1, default_missing_value = "")]
    demo: Option<Demo>,
}

impl Settings {
    pub(super) fn config(self) -> anyhow::Result<Config> {
        let mut config = self.place.config()?;
        config.public = self.public.unwrap_or(config.public);
        config.private = self.private.unwrap_or(config.private);
        config.token_file = self.token_file.or(config.token_file);
        // There is no flag for the token: every user of the machine can see the flags of every process.
        if let Some(token) = std::env::var_os("ASKFIRST_TOKEN") {
            config.token = Some(Token::new(&token.to_string_lossy()).context("ASKFIRST_TOKEN")?);
        }
        config.assets = self.assets.or(config.assets);
        config.demo = self.demo.or(config.demo);
        Ok(config)
    }
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<()> {
        self.logs.begin();
        limits();
        let config = self.settings.config()?;
        if let Some(lack) = Source::new(config.assets.as_deref()).lack() {
            bail!("{lack}: {LACK_FIX}");
        }
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("cannot start the async runtime")?
            .block_on(serve(config))
    }
}

/// No crash dumps, no huge pages, and as many sockets as the system allows.
fn limits() {
    if let Err(error) = crate::memory::forbid_dumps() {
        tracing::warn!(%error, "cannot forbid crash dumps");
    }
    if let Err(error) = crate::memory::forbid_huge_pages() {
        tracing::debug!(%error, "cannot forbid huge pages");
    }
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "cannot raise the limit on open sockets");
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    // Before anything listens, so that no signal is missed.
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

/// Completes on the first Ctrl-C or SIGTERM.
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
