//! Looks for privacy and security problems in the configuration, on the disk, in the database, in the system and in the reverse
//! proxy. Each finding says what is the case and, if that is a problem, how to fix it.

mod database;
mod disk;
mod proxy;
mod settings;
mod system;

use std::path::PathBuf;

use crate::config::Config;
use crate::moment::Moment;
pub use askfirst_verify::finding::{Finding, Verdict};

/// Checks everything. `proxies` are configuration files of the reverse proxy; if there are none, the usual places are read.
#[must_use]
pub fn examine(config: &Config, proxies: &[PathBuf], now: Moment) -> Vec<Finding> {
    let mut findings = settings::examine(config, now);
    findings.extend(disk::examine(&config.data));
    findings.extend(database::examine(&config.data, now));
    findings.extend(system::examine(now));
    findings.extend(proxy::examine(config.public, config.tls.is_some(), proxies));
    findings
}
