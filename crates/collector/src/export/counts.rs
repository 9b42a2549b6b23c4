//! Counts, exactly as reports show them: what is folded there is folded here.

use std::path::Path;

use askfirst_wire::builtin::OTHER;

use super::{Column, ColumnKind, ExportRequest, ExportValue, number, text};
use crate::config::Config;
use crate::moment::today;
use crate::report::{self, By, DIMENSIONS, Question, Report, ReportQuery};

pub(super) const COLUMNS: &[Column] = &[
    text("site"),
    text("from"),
    text("to"),
    text("page"),
    text("dimension"),
    text("value"),
    number("views"),
    number("visits"),
    Column { name: "amount", kind: ColumnKind::Money },
    number("restarts"),
];

type Put<'a> = &'a mut dyn FnMut(Vec<ExportValue>) -> anyhow::Result<()>;

/// The site's reports by each dimension, then those of each page that they show: all of one page as of one moment.
pub(super) fn read(
    file: &Path,
    config: &Config,
    request: &ExportRequest,
    put: Put<'_>,
) -> anyhow::Result<()> {
    let whole = questions(config, request, None)?;
    let reports = report::read_all(file, &whole)?;
    let mut pages = Vec::new();
    for (question, report) in whole.iter().zip(&reports) {
        if dimension(question) == "page" {
            pages = report.rows.iter().map(|row| row.value.clone()).filter(|page| page != OTHER).collect();
        }
        rows(question, report, put)?;
    }
    drop(reports);
    for page in pages {
        let questions = questions(config, request, Some(&page))?;
        for (question, report) in questions.iter().zip(&report::read_all(file, &questions)?) {
            rows(question, report, put)?;
        }
    }
    Ok(())
}

/// What can be asked of the site, or of one of its pages.
fn questions(config: &Config, request: &ExportRequest, page: Option<&str>) -> anyhow::Result<Vec<Question>> {
    let site = config.site(&request.site);
    let props = site.into_iter().flat_map(|site| site.props.keys()).map(|prop| format!("prop.{prop}"));
    let dimensions = DIMENSIONS.iter().filter(|dimension| page.is_none() || !dimension.of_site);
    let uniques = site.filter(|site| site.uniques).map(|_| "uniques");
    let times = ["day", "hour"].into_iter().chain(uniques).filter(|_| page.is_none());
    let names = dimensions.map(|dimension| dimension.name).chain(times).map(str::to_owned).chain(props);
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    names
        .map(|by| {
            let asked = ReportQuery {
                site: Some(request.site.clone()),
                from: day(request.from),
                to: day(request.to),
                by: Some(by),
                page: page.map(str::to_owned),
            };
            Ok(asked.check(config, today())?)
        })
        .collect()
}

fn dimension(question: &Question) -> &str {
    match &question.by {
        By::Day => "day",
        By::Uniques => "uniques",
        By::Hour => "hour",
        By::Dimension { name, .. } => name,
    }
}

fn rows(question: &Question, report: &Report, put: Put<'_>) -> anyhow::Result<()> {
    let page = match &question.by {
        By::Dimension { page, .. } if !page.is_empty() => ExportValue::text(page),
        _ => ExportValue::Nothing,
    };
    for row in &report.rows {
        put(vec![
            ExportValue::text(&question.site),
            ExportValue::text(question.from.to_string()),
            ExportValue::text(question.to.to_string()),
            page.clone(),
            ExportValue::text(dimension(question)),
            ExportValue::text(&row.value),
            ExportValue::Number(row.views.cast_signed()),
            ExportValue::Number(row.visits.cast_signed()),
            row.amount.map_or(ExportValue::Nothing, ExportValue::Money),
            row.restarts.map_or(ExportValue::Nothing, |restarts| ExportValue::Number(restarts.cast_signed())),
        ])?;
    }
    Ok(())
}
