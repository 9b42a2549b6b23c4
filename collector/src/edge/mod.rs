//! HTTP: two listeners, their routes, and what keeps one client from taking what belongs to all.

mod answer;
mod body;
mod code;
mod collect;
mod consent;
mod cookie;
mod files;
mod health;
mod listen;
mod mine;
mod page;
mod private;
mod public;
mod receipt;
mod signal;
mod well_known;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};

use crate::config::{Config, NOT_STATED};
use crate::context::Contexts;
use crate::intake::Sites;
use crate::moment::today;
use crate::store::{self, Store};
use crate::uniques::{Uniques, clock};

/// What every route knows.
#[derive(Debug)]
struct App {
    config: Config,
    sites: Sites,
    store: Store,
    code: code::Code,
    contexts: Contexts,
    uniques: Arc<Uniques>,
}

/// A collector that listens.
#[derive(Debug)]
pub struct Server {
    /// Where the public listener listens.
    pub public: SocketAddr,
    /// Where the private listener listens.
    pub private: SocketAddr,
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
        let contexts = Contexts::new(&config)?;
        let public = bind(config.public, "public").await?;
        let private = bind(config.private, "private").await?;
        let addresses = (public.local_addr()?, private.local_addr()?);
        if !addresses.1.ip().is_loopback() {
            tracing::warn!(
                "the private address is not a loopback address: whoever reaches it reads the reports"
            );
        }
        for site in &config.sites {
            let unstated = site.unstated();
            if !unstated.is_empty() {
                tracing::warn!(
                    "site {:?}: receipts will say \"{NOT_STATED}\" for {}: state it under [[site]] in the configuration",
                    site.name,
                    unstated.join(", ")
                );
            }
        }
        let (store, writer) = Store::open(&config.data, &(&config).into())?;
        let uniques = Arc::new(Uniques::new(&config, today())?);
        let begun = clock::begin(&uniques, &store).await.is_ok();
        let counts = uniques.sites().next().is_some();
        let clock = counts
            .then(|| tokio::spawn(clock::run(Arc::clone(&uniques), store.clone(), begun)).abort_handle());
        let code = code::Code::new(&config.assets);
        let app = App {
            sites: Sites::new(&config),
            store: store.clone(),
            code,
            contexts,
            uniques: Arc::clone(&uniques),
            config,
        };
        let app = Arc::new(app);
        let (stop, stopped) = watch::channel(false);
        let edge = app.config.edge.clone();
        let address = app.contexts.wants_address();
        let listeners = [
            tokio::spawn(listen::serve(public, public::routes(&app), address, edge.clone(), stopped.clone())),
            tokio::spawn(listen::serve(private, private::routes(&app), false, edge, stopped)),
        ];
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
    }
}

async fn bind(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: choose another address with --{flag} (or ASKFIRST_{}, or `{flag} = …` in the configuration)", flag.to_uppercase())
    })
}
