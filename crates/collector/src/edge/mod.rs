//! HTTP: two listeners, their routes, and what keeps one client from taking what belongs to all.

mod answer;
mod body;
mod collect;
mod consent;
mod cookie;
mod fetch;
mod files;
mod health;
mod hop;
mod limit;
mod listen;
mod mine;
mod network;
mod openapi;
mod page;
mod peers;
mod private;
mod public;
mod reason;
mod receipt;
mod receive;
mod routes;
mod signal;
#[cfg(unix)]
mod socket;
mod tls;
mod token;
mod well_known;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use crate::builds::{Build, Builds, Source};
use crate::config::{Config, NOT_STATED, Private};
use crate::context::Contexts;
use crate::intake::Sites;
use crate::metrics::Metrics;
use crate::moment::today;
use crate::store::{self, Store};
use crate::uniques::{Uniques, clock};
use listen::Listener;
use peers::Peers;
use tls::Tls;

/// What every route knows.
#[derive(Debug)]
struct App {
    config: Config,
    sites: Sites,
    store: Store,
    builds: Arc<Builds>,
    contexts: Contexts,
    metrics: Arc<Metrics>,
    uniques: Arc<Uniques>,
    peers: Arc<Peers>,
}

impl App {
    /// Opens what the routes need.
    fn open(config: Config) -> anyhow::Result<(Arc<Self>, store::Running)> {
        let contexts = Contexts::new(&config)?;
        let metrics = Arc::new(Metrics::default());
        let uniques = Arc::new(Uniques::new(&config, today())?);
        let (store, writer) = Store::open(&config.data, &(&config).into(), Arc::clone(&metrics))?;
        for directory in &config.earlier_assets {
            Build::read(&Source::Directory(directory.clone())).context(
                "earlier_assets: name directories of earlier releases, each with its askfirst.js, or none",
            )?;
        }
        let builds = Arc::new(Builds::new(Source::new(config.assets.as_deref()), &config.earlier_assets));
        let peers = Arc::new(Peers::new(&config));
        let sites = Sites::new(&config);
        Ok((Arc::new(Self { sites, store, builds, contexts, metrics, uniques, peers, config }), writer))
    }
}

/// A collector that listens.
#[derive(Debug)]
pub struct Server {
    /// Where the public listener listens.
    pub public: SocketAddr,
    /// Where the private listener listens.
    pub private: Private,
    stop: watch::Sender<bool>,
    listeners: [JoinHandle<()>; 2],
    store: Store,
    uniques: Arc<Uniques>,
    /// Ends the days of the visitors, where they are counted.
    clock: Option<AbortHandle>,
    writer: store::Running,
}

impl Server {
    /// Binds both listeners, opens the store, and begins to answer.
    ///
    /// # Errors
    /// Where an address is taken, saying which flag changes it, or the store cannot be opened.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        let token = config.token()?;
        let tls = config.tls.clone().map(Tls::open).transpose()?;
        let public = bind(config.public, "public").await?;
        let (private, shown) = bind_private(&config.private).await?;
        let addresses = (public.local_addr()?, shown);
        for site in &config.sites {
            if site.origins.is_empty() {
                tracing::debug!(
                    "site {:?}: pages of any origin may send: name its own as `origins` under [[site]]",
                    site.name
                );
            }
            let unstated = site.unstated();
            if !unstated.is_empty() {
                tracing::warn!(
                    "site {:?}: receipts will say \"{NOT_STATED}\" for {}: state it under [[site]] in the configuration",
                    site.name,
                    unstated.join(", ")
                );
            }
        }
        let sites = config.sites.len();
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let (app, mut writer) = App::open(config)?;
        writer.announce(&format!("{scheme}://{}", addresses.0)).context("cannot write the lock's file")?;
        let (store, uniques) = (app.store.clone(), Arc::clone(&app.uniques));
        let begun = clock::begin(&uniques, &store).await.is_ok();
        let clock = uniques
            .sites()
            .next()
            .is_some()
            .then(|| tokio::spawn(clock::run(Arc::clone(&uniques), store.clone(), begun)).abort_handle());
        let (stop, stopped) = watch::channel(false);
        let edge = app.config.edge.clone();
        let numbers = |listener| listen::Numbers::new(listener, &app.metrics);
        tokio::spawn(Arc::clone(&app.peers).forget(stopped.clone()));
        let peers = Some(Arc::clone(&app.peers));
        let listeners = [
            tokio::spawn(listen::serve(
                Listener::Tcp(public),
                tls,
                listen::Routes::new(public::routes(&app), Some(Arc::clone(&app))),
                peers,
                edge.clone(),
                numbers("public"),
                stopped.clone(),
            )),
            tokio::spawn(listen::serve(
                private,
                None,
                listen::Routes::new(private::routes(&app, token), None),
                None,
                edge,
                numbers("private"),
                stopped,
            )),
        ];
        let version = env!("CARGO_PKG_VERSION");
        tracing::info!(version, public = %addresses.0, private = %addresses.1, sites, "started");
        Ok(Self { public: addresses.0, private: addresses.1, stop, listeners, store, uniques, clock, writer })
    }

    /// Accepts nothing more, lets running requests finish within their deadline, commits what is queued.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for listener in self.listeners {
            if listener.await.is_err() {
                tracing::error!("a listener ended in a panic");
            }
        }
        if let Some(clock) = self.clock {
            clock.abort();
        }
        clock::finish(&self.uniques, &self.store).await;
        let writer = self.writer;
        let _ = tokio::task::spawn_blocking(move || writer.stop()).await;
        tracing::info!("stopped: all that was acknowledged is on the disk");
    }
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: choose another address with --{flag} (or ASKFIRST_{}, or `{flag} = …` in the configuration)", flag.to_uppercase())
    })
}

/// The listener, and where it listens now that it does.
async fn bind_private(private: &Private) -> anyhow::Result<(Listener, Private)> {
    match private {
        Private::Tcp(address) => {
            let listener = bind(*address, "private").await?;
            let address = listener.local_addr()?;
            Ok((Listener::Tcp(listener), address.into()))
        }
        #[cfg(unix)]
        Private::Unix(path) => Ok((Listener::Unix(socket::Socket::bind(path)?), private.clone())),
        #[cfg(not(unix))]
        Private::Unix(_) => anyhow::bail!("private: there are no socket files here: name an address"),
    }
}
