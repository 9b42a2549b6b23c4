//! What was looked at, how it is, and what to do: what `doctor` and `verify` say.

use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Works, and is to be looked at.
    Warning,
    /// Does not work, undoes a promise, or will.
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
    /// As it should be.
    pub fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, says: says.into(), fix: None }
    }

    /// Works, and is to be looked at.
    pub fn warning(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warning, says: says.into(), fix: Some(fix.into()) }
    }

    /// Does not work, undoes a promise, or will.
    pub fn error(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Error, says: says.into(), fix: Some(fix.into()) }
    }
}

/// How many of them are so bad.
#[must_use]
pub fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings.iter().filter(|finding| finding.verdict == verdict).count()
}
