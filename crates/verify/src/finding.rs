//! The results of `doctor` and `verify`.

use serde::Serialize;

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// All is well.
    Ok,
    /// It works, but deserves attention.
    Warning,
    /// It does not work or breaks a promise, now or soon.
    Error,
}

/// One result of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The name of the check, which is stable.
    pub check: &'static str,
    /// The severity.
    pub verdict: Verdict,
    /// What was found.
    pub says: String,
    /// What to do, unless all is well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl Finding {
    /// A finding of [`Verdict::Ok`].
    pub fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, says: says.into(), fix: None }
    }

    /// A finding of [`Verdict::Warning`].
    pub fn warning(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warning, says: says.into(), fix: Some(fix.into()) }
    }

    /// A finding of [`Verdict::Error`].
    pub fn error(check: &'static str, says: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Error, says: says.into(), fix: Some(fix.into()) }
    }
}

/// How many findings have this verdict.
#[must_use]
pub fn count(findings: &[Finding], verdict: Verdict) -> usize {
    findings.iter().filter(|finding| finding.verdict == verdict).count()
}
