//! What would undo the promises: looked for in the configuration, on the disk, in the database, in the system and in front of the
//! collector. Each finding says what is the case, and where that is not well, what to do.

mod database;
mod disk;
mod proxy;
mod settings;
mod system;

use std::path::PathBuf;

use serde::Serialize;

use crate::config::Config;
use crate::moment::Moment;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Works, and is to be looked at.
    Warning,
    /// Undoes a promise, or will.
    Error,
}

/// What was looked at, and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at, in a word that stays the same.
    pub check: &'static str,
    /// How bad it is.
    pub verdict: Verdict,
    /// What is the case.
    pub says: String,
    /// What to do, where there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, says: says.into(), fix: None }
    }

    fn warning(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warning, says: says.into(), fix: Some(fix.into()) }
    }

    fn error(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Error, says: says.into(), fix: Some(fix.into()) }
    }
}

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
