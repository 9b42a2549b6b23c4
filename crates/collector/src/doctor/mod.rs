//! What would undo the promises: looked for in the configuration, on the disk, in the database, in the system and in front of the
//! collector. Each finding says what is the case, and where that is not well, what to do.

mod database;
mod disk;
mod proxy;
mod settings;
mod system;

use std::path::PathBuf;

use crate::config::Config;
use crate::moment::Moment;
pub use askfirst_verify::finding::{Finding, Verdict};

/// Looks at everything. `proxies` are files of the reverse proxy; without any, those are read that stand where they usually do.
#[must_use]
pub fn examine(config: &Config, proxies: &[PathBuf], now: Moment) -> Vec<Finding> {
    let mut findings = settings::examine(config, now);
    findings.extend(disk::examine(&config.data));
    findings.extend(database::examine(&config.data, now));
    findings.extend(system::examine(now));
    findings.extend(proxy::examine(config.public, config.tls.is_some(), proxies));
    findings
}
