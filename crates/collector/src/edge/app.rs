//! State shared by all routes.

use std::sync::Arc;

use anyhow::Context as _;

use super::transport::peers::Peers;
use crate::builds::{Build, Builds, Source};
use crate::config::Config;
use crate::context::Contexts;
use crate::intake::Sites;
use crate::metrics::Metrics;
use crate::moment::today;
use crate::store::{self, Store};
use crate::uniques::Uniques;

/// State shared by all routes.
#[derive(Debug)]
pub(super) struct App {
    pub(super) config: Config,
    pub(super) sites: Sites,
    pub(super) store: Store,
    pub(super) builds: Arc<Builds>,
    pub(super) contexts: Contexts,
    pub(super) metrics: Arc<Metrics>,
    pub(super) uniques: Arc<Uniques>,
    pub(super) peers: Arc<Peers>,
}

impl App {
    /// Opens the store and everything else that the routes need.
    ///
    /// # Errors
    /// If the store, the country database or a directory of script files cannot be opened.
    pub(super) fn open(config: Config) -> anyhow::Result<(Arc<Self>, store::Running)> {
        let contexts = Contexts::new(&config)?;
        let metrics = Arc::new(Metrics::default());
        let uniques = Arc::new(Uniques::new(&config, today())?);
        let (store, writer) = Store::open(&config.data, &(&config).into(), Arc::clone(&metrics))?;
        for directory in &config.earlier_assets {
            Build::read(&Source::Directory(directory.clone())).context(
                "earlier_assets: every entry must be the directory of an earlier release's askfirst.js: correct or remove it",
            )?;
        }
        let builds = Arc::new(Builds::new(Source::new(config.assets.as_deref()), &config.earlier_assets));
        let peers = Arc::new(Peers::new(&config));
        let sites = Sites::new(&config);
        Ok((Arc::new(Self { sites, store, builds, contexts, metrics, uniques, peers, config }), writer))
    }
}
