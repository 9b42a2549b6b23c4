//! The running server: both listeners, and the start and end of what they need.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use super::app::App;
use super::owner;
use super::transport::listen::{self, Listener, ListenerMetrics};
#[cfg(unix)]
use super::transport::socket;
use super::transport::tls::Tls;
use super::visitor::PublicRoutes;
use crate::config::{Config, NOT_STATED, PrivateAddress};
use crate::store::{self, Store};
use crate::uniques::{Uniques, clock};

/// A collector that listens.
#[derive(Debug)]
pub struct Server {
    /// Where the public listener listens.
    pub public: SocketAddr,
    /// Where the private listener listens.
    pub private: PrivateAddress,
    stop: watch::Sender<bool>,
    listeners: [JoinHandle<()>; 2],
    store: Store,
    uniques: Arc<Uniques>,
    /// Ends the days for which visitors are counted. `None` if no site counts them.
    clock: Option<AbortHandle>,
    writer: store::Running,
}

impl Server {
    /// Binds both listeners, opens the store, and begins to answer.
    ///
    /// # Errors
    /// If an address is taken (names the flag that changes it), or the store cannot be opened.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let token = config.token()?;
        let tls = config.tls.clone().map(Tls::open).transpose()?;
        let public = bind(config.public, "public").await?;
        let (private, shown) = bind_private(&config.private).await?;
        let addresses = (public.local_addr()?, shown);
        for site in &config.sites {
            if site.origins.is_empty() {
                tracing::debug!(
                    "site {:?}: pages of any origin can send hits: list the site's own as `origins` under [[site]]",
                    site.name
                );
            }
            let unstated = site.unstated();
            if !unstated.is_empty() {
                tracing::warn!(
                    "site {:?}: receipts will say \"{NOT_STATED}\" for {}: add the missing keys under [[site]] in the configuration",
                    site.name,
                    unstated.join(", ")
                );
            }
        }
        let sites = config.sites.len();
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let (app, mut writer) = App::open(config)?;
        writer.announce(&format!("{scheme}://{}", addresses.0)).context("cannot write the lock file")?;
        let (store, uniques) = (app.store.clone(), Arc::clone(&app.uniques));
        let begun = clock::begin(&uniques, &store).await.is_ok();
        let clock = uniques
            .sites()
            .next()
            .is_some()
            .then(|| tokio::spawn(clock::run(Arc::clone(&uniques), store.clone(), begun)).abort_handle());
        let (stop, stopped) = watch::channel(false);
        let edge = app.config.edge.clone();
        let metrics = |listener| ListenerMetrics::new(listener, &app.metrics);
        tokio::spawn(Arc::clone(&app.peers).forget(stopped.clone()));
        let peers = Some(Arc::clone(&app.peers));
        let listeners = [
            tokio::spawn(listen::serve(
                Listener::Tcp(public),
                tls,
                PublicRoutes::new(&app),
                peers,
                edge.clone(),
                metrics("public"),
                stopped.clone(),
            )),
            tokio::spawn(listen::serve(
                private,
                None,
                TowerToHyperService::new(owner::routes(&app, token)),
                None,
                edge,
                metrics("private"),
                stopped,
            )),
        ];
        let version = env!("CARGO_PKG_VERSION");
        tracing::info!(version, public = %addresses.0, private = %addresses.1, sites, "started");
        Ok(Self { public: addresses.0, private: addresses.1, stop, listeners, store, uniques, clock, writer })
    }

    /// Accepts no more connections, lets running requests finish within their deadline, and commits what is queued.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for listener in self.listeners {
            if listener.await.is_err() {
                tracing::error!("a listener panicked");
            }
        }
        if let Some(clock) = self.clock {
            clock.abort();
        }
        clock::finish(&self.uniques, &self.store).await;
        let writer = self.writer;
        let _ = tokio::task::spawn_blocking(move || writer.stop()).await;
        tracing::info!("stopped: everything acknowledged is on disk");
    }
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: choose another address with --{flag} (or ASKFIRST_{}, or `{flag} = …` in the configuration)", flag.to_uppercase())
    })
}

/// Binds the private listener. The address is the one that the system chose.
async fn bind_private(private: &PrivateAddress) -> anyhow::Result<(Listener, PrivateAddress)> {
    match private {
        PrivateAddress::Tcp(address) => {
            let listener = bind(*address, "private").await?;
            let address = listener.local_addr()?;
            Ok((Listener::Tcp(listener), address.into()))
        }
        #[cfg(unix)]
        PrivateAddress::Unix(path) => Ok((Listener::Unix(socket::Socket::bind(path)?), private.clone())),
        #[cfg(not(unix))]
        PrivateAddress::Unix(_) => anyhow::bail!("private: this system has no socket files: use an address"),
    }
}
