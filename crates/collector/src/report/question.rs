//! What a report is asked for, checked: every error says what would be right.

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;

use super::dimension::{dimension, known};
use crate::config::{Config, Site};

/// Days that one report may span: as long as counts are kept, and a bit.
const DAYS: i32 = 800;
/// Days that a report spans where nobody says.
const USUAL: i32 = 30;

/// The question as it was put.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportQuery {
    /// The site.
    pub site: Option<String>,
    /// The first day.
    pub from: Option<String>,
    /// The last day.
    pub to: Option<String>,
    /// The dimension.
    pub by: Option<String>,
    /// The page template, for the numbers of one page.
    pub page: Option<String>,
}

/// A question that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// A site of the configuration.
    pub site: String,
    /// Its k.
    pub k: u64,
    /// The first day.
    pub from: Date,
    /// The last day, not before the first.
    pub to: Date,
    /// The dimension.
    pub by: By,
}

/// By what the counts are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The days: the site's totals, not folded.
    Day,
    /// The days that had visitors counted, with their numbers.
    Uniques,
    /// The hours of the day, over all days.
    Hour,
    /// A dimension, of the whole site (an empty page) or of one page.
    Dimension {
        /// Its name.
        name: String,
        /// The page template, or nothing.
        page: String,
    },
}

/// Why a question cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// No such site in the configuration.
    Site(String),
    /// A parameter is missing or wrong.
    Parameter(String),
}

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Site(text) | Self::Parameter(text) => formatter.write_str(text),
        }
    }
}

impl std::error::Error for Invalid {}

impl ReportQuery {
    /// Checks the question against the configuration. Without `to` it goes to today, without `from` it spans 30 days, without
    /// `by` it is by page.
    ///
    /// # Errors
    /// [`Invalid`] names the parameter and what it may be.
    pub fn check(&self, config: &Config, today: Date) -> Result<Question, Invalid> {
        let known = || config.sites.iter().map(|site| site.name.as_str()).collect::<Vec<_>>().join(", ");
        let Some(name) = &self.site else {
            return Err(Invalid::Parameter(format!("site is missing: one of {}", known())));
        };
        let site =
            config.site(name).ok_or_else(|| Invalid::Site(format!("site must be one of {}", known())))?;
        let to = self.to.as_deref().map_or(Ok(today), |text| day("to", text))?;
        let from = match self.from.as_deref() {
            Some(text) => day("from", text)?,
            None => to.saturating_sub((USUAL - 1).days()),
        };
        let span = to.since(from).map_or(i32::MAX, |span| span.get_days());
        if span < 0 {
            return Err(Invalid::Parameter("from must not be after to".to_owned()));
        }
        if span >= DAYS {
            return Err(Invalid::Parameter(format!("from and to must span at most {DAYS} days")));
        }
        let by = by(self.by.as_deref().unwrap_or("page"), self.page.as_deref(), site)?;
        Ok(Question { site: site.name.clone(), k: site.k.into(), from, to, by })
    }
}

fn day(parameter: &str, text: &str) -> Result<Date, Invalid> {
    // jiff reads more than this form.
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day = if shape { text.parse().ok() } else { None };
    day.ok_or_else(|| Invalid::Parameter(format!("{parameter} must be a day such as 2026-11-22")))
}

fn by(name: &str, page: Option<&str>, site: &Site) -> Result<By, Invalid> {
    let declared = name.strip_prefix("prop.").is_some_and(|prop| site.props.contains_key(prop));
    let dimension = dimension(name);
    if !declared && dimension.is_none() && !matches!(name, "day" | "hour" | "uniques") {
        return Err(Invalid::Parameter(format!("by must be one of {}", known(Some(site)))));
    }
    let of_site =
        dimension.is_some_and(|dimension| dimension.of_site) || matches!(name, "day" | "hour" | "uniques");
    match (name, page) {
        (_, Some(_)) if of_site => Err(Invalid::Parameter(format!(
            "page goes with another dimension: a report by {name} is of the whole site"
        ))),
        ("day", None) => Ok(By::Day),
        ("hour", None) => Ok(By::Hour),
        ("uniques", None) => Ok(By::Uniques),
        (_, Some("")) => Err(Invalid::Parameter("page must be a page template such as /pricing".to_owned())),
        (_, page) => Ok(By::Dimension { name: name.to_owned(), page: page.unwrap_or_default().to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn ask(pairs: &[(&str, &str)]) -> Result<Question, Invalid> {
        let get =
            |key: &str| pairs.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value).to_owned());
        let asked = ReportQuery {
            site: get("site"),
            from: get("from"),
            to: get("to"),
            by: get("by"),
            page: get("page"),
        };
        asked.check(&Config::default(), date(2026, 11, 22))
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let question = ask(&[("site", "demo")]).unwrap();
        assert_eq!((question.from, question.to), (date(2026, 10, 24), date(2026, 11, 22)));
        assert_eq!(question.by, By::Dimension { name: "page".into(), page: String::new() });
        let question =
            ask(&[("site", "demo"), ("to", "2026-03-01"), ("by", "prop.plan"), ("page", "/")]).unwrap();
        assert_eq!(question.from, date(2026, 1, 31));
        assert_eq!(question.by, By::Dimension { name: "prop.plan".into(), page: "/".into() });
    }

    #[test]
    fn every_error_says_what_would_be_right() {
        for (pairs, words) in [
            (&[][..], "site is missing: one of demo"),
            (&[("site", "x")], "site must be one of demo"),
            (&[("site", "demo"), ("from", "yesterday")], "from must be a day such as"),
            (&[("site", "demo"), ("to", "2026-02-30")], "to must be a day such as"),
            (&[("site", "demo"), ("to", "2026-2-3")], "to must be a day such as"),
            (&[("site", "demo"), ("from", "2026-11-23")], "from must not be after to"),
            (&[("site", "demo"), ("from", "1999-01-01")], "at most 800 days"),
            (&[("site", "demo"), ("by", "colour")], "by must be one of page, referrer,"),
            (&[("site", "demo"), ("by", "prop.mail")], "uniques, prop.plan"),
            (&[("site", "demo"), ("by", "day"), ("page", "/")], "page goes with another dimension"),
            (&[("site", "demo"), ("by", "dropped"), ("page", "/")], "page goes with another dimension"),
            (&[("site", "demo"), ("by", "event"), ("page", "")], "page must be a page template"),
        ] {
            let error = ask(pairs).unwrap_err().to_string();
            assert!(error.contains(words), "{words:?} is not in: {error}");
        }
    }
}
