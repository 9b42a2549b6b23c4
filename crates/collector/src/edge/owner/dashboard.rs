//! The dashboard: a report as a page, rendered by the server, without script.

use std::sync::Arc;

use askama::Template;
use askfirst_wire::builtin;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse as _, Response};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::report::read;
use crate::config::Site;
use crate::edge::app::App;
use crate::edge::refuse::Refuse;
use crate::moment::today;
use crate::report::{self, Amount, By, Counts, DIMENSIONS, Invalid, Question, Report, counts, grouped};

/// Nothing is loaded but the style, nothing runs, nothing frames it.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The style sheet.
const STYLE: &str = include_str!("../../../templates/report.css");
/// Rows of a card; the command line shows all.
const ROWS: usize = 12;
/// What can be chosen.
const SPANS: [Span; 4] = [
    Span { days: 1, name: "today" },
    Span { days: 7, name: "7 days" },
    Span { days: 30, name: "30 days" },
    Span { days: 90, name: "90 days" },
];
struct Span {
    days: i32,
    name: &'static str,
}

/// What the page is asked for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DashboardQuery {
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct DashboardPage<'a> {
    site: &'a str,
    sites: Vec<SiteChoice<'a>>,
    spans: &'static [Span],
    days: i32,
    page: Option<&'a str>,
    /// The query of the same page for the whole site.
    back: String,
    /// The query of the same as data.
    data: String,
    from: Date,
    to: Date,
    views: String,
    visits: String,
    chart: Chart,
    cards: Vec<Card>,
    k: u32,
}

struct SiteChoice<'a> {
    name: &'a str,
    chosen: bool,
}

struct Chart {
    width: usize,
    bars: Vec<Bar>,
}

struct Bar {
    x: usize,
    y: u64,
    height: u64,
    day: String,
    views: String,
    visits: String,
}

struct Card {
    name: String,
    by: String,
    counts: &'static str,
    has_visits: bool,
    has_amounts: bool,
    rows: Vec<CardRow>,
    more: usize,
}

struct CardRow {
    value: String,
    link: Option<String>,
    views: String,
    visits: String,
    amount: String,
    /// Thousandths of the largest value.
    share: u64,
}

/// The style sheet.
pub(super) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// The page.
pub(super) async fn page(
    State(app): State<Arc<App>>,
    asked: Result<Query<DashboardQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refuse> {
    let Query(asked) =
        asked.map_err(|_| Invalid::Parameter("the parameters are site, days and page".to_owned()))?;
    let site = match &asked.site {
        Some(name) => app.config.site(name),
        None => app.config.sites.first(),
    };
    let site = site.ok_or_else(|| Invalid::Site("no such site in the configuration".to_owned()))?;
    let days = asked.days.unwrap_or(30);
    if !SPANS.iter().any(|span| span.days == days) {
        return Err(Invalid::Parameter("days must be 1, 7, 30 or 90".to_owned()).into());
    }
    let page = asked.page.as_deref().filter(|page| !page.is_empty());
    let to = today();
    let from = to.saturating_sub((days - 1).days());

    let dimensions = dimensions(site, page);
    let question = |by| Question { site: site.name.clone(), k: site.k.into(), from, to, by };
    let by_dimension = dimensions
        .iter()
        .map(|(name, _)| By::Dimension { name: name.clone(), page: page.unwrap_or_default().to_owned() });
    let questions = std::iter::once(By::Day).chain(by_dimension).map(question).collect();
    let mut reports = read(&app, questions).await?.into_iter();
    let by_day = reports.next().unwrap_or_default();
    let link = |page: Option<&str>| {
        let asked =
            DashboardQuery { site: Some(site.name.clone()), days: Some(days), page: page.map(str::to_owned) };
        serde_urlencoded::to_string(asked).unwrap_or_default()
    };
    let data = [("site", site.name.clone()), ("from", from.to_string()), ("to", to.to_string())];
    let cards: Vec<Card> = dimensions
        .into_iter()
        .zip(reports)
        .filter(|(_, report)| !report.rows.is_empty())
        .map(|((by, name), report)| Card::new(by, name, report, &link))
        .collect();
    let choices = app.config.sites.iter();
    let choices =
        choices.map(|other| SiteChoice { name: &other.name, chosen: other.name == site.name }).collect();
    let page = DashboardPage {
        site: &site.name,
        sites: choices,
        spans: &SPANS,
        days,
        page,
        back: link(None),
        data: serde_urlencoded::to_string(data).unwrap_or_default(),
        from,
        to,
        views: grouped(by_day.total.views),
        visits: grouped(by_day.total.visits),
        chart: Chart::new(&by_day, from, days),
        cards,
        k: site.k,
    };
    let html = page.render().map_err(|error| {
        tracing::error!(%error, "the report page cannot be made");
        crate::store::NotStored::Down
    })?;
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response())
}

/// What the page shows, with its headings: declared properties after the events. What is counted for the whole site only,
/// where it is about all of its pages.
fn dimensions(site: &Site, page: Option<&str>) -> Vec<(String, String)> {
    let mut shown = Vec::new();
    for dimension in DIMENSIONS.iter().filter(|dimension| page.is_none() || !dimension.of_site) {
        shown.push((dimension.name.to_owned(), dimension.heading.to_owned()));
        if dimension.name == "event" {
            let props = site.props.keys();
            shown.extend(props.map(|prop| (format!("prop.{prop}"), format!("Events by {prop}"))));
        }
    }
    shown
}

impl Card {
    fn new(by: String, name: String, mut report: Report, link: &impl Fn(Option<&str>) -> String) -> Self {
        // Classes in their own order, of which "(other)" is none.
        let classes = builtin::values(&by);
        if !classes.is_empty() {
            let place = |row: &report::ReportRow| classes.iter().position(|class| *class == row.value);
            report.rows.sort_by_key(|row| place(row).unwrap_or(classes.len()));
        }
        let counts = counts(&by);
        let most = report.rows.iter().map(|row| row.views).max().unwrap_or(1);
        let has_amounts = report.rows.iter().any(|row| row.amount.is_some());
        let more = report.rows.len().saturating_sub(ROWS);
        let rows = report.rows.into_iter().take(ROWS).map(|row| CardRow {
            link: (by == "page" && row.value.starts_with('/')).then(|| link(Some(&row.value))),
            value: row.value,
            views: grouped(row.views),
            visits: grouped(row.visits),
            amount: row.amount.map(Amount::grouped).unwrap_or_default(),
            share: (row.views * 1000).div_ceil(most.max(1)),
        });
        let rows = rows.collect();
        let (counts, has_visits) = match counts {
            Counts::Views => ("Views", true),
            Counts::Events => ("Events", false),
            Counts::Hits => ("Hits", false),
        };
        Self { name, by, counts, has_visits, has_amounts, rows, more }
    }
}

impl Chart {
    /// One bar for each day, also for those without a view.
    fn new(report: &Report, from: Date, days: i32) -> Self {
        let most = report.rows.iter().map(|row| row.views).max().unwrap_or(0).max(1);
        let bars = (0..days).zip((0..).step_by(10)).map(|(offset, x)| {
            let day = from.saturating_add(offset.days()).to_string();
            let row = report.rows.iter().find(|row| row.value == day);
            let (views, visits) = row.map_or((0, 0), |row| (row.views, row.visits));
            let height = (views * 100).div_ceil(most);
            Bar { x, y: 100 - height, height, day, views: grouped(views), visits: grouped(visits) }
        });
        let bars: Vec<Bar> = bars.collect();
        Self { width: bars.len() * 10 - 2, bars }
    }
}
