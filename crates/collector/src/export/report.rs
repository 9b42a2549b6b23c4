//! A report as CSV.

use super::formula::inert;
use crate::report::{Question, Report, column_names, has_amounts};

/// The report as CSV with a header, without the sums. Formulas begin with an apostrophe.
///
/// # Errors
/// Never in practice: it writes to memory.
pub fn report_csv(question: &Question, report: &Report) -> Result<String, csv::Error> {
    let (dimension, views, visits) = column_names(question);
    let mut writer = csv::Writer::from_writer(Vec::new());
    let last = |text: String| has_amounts(question).then_some(text);
    let head = [inert(dimension).into_owned(), views.to_owned(), visits.to_owned()];
    writer.write_record(head.into_iter().chain(last("amount".to_owned())))?;
    for row in &report.rows {
        let amount = row.amount.map(|amount| amount.to_string()).unwrap_or_default();
        let third = row.restarts.unwrap_or(row.visits).to_string();
        let cells = [inert(&row.value).into_owned(), row.views.to_string(), third];
        writer.write_record(cells.into_iter().chain(last(amount)))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::report::{Amount, By, ReportRow, Total};

    fn written(dimension: &str, rows: Vec<ReportRow>) -> String {
        let by = By::Dimension { name: dimension.into(), page: String::new() };
        let (from, to) = (date(2026, 11, 1), date(2026, 11, 22));
        let question = Question { site: "demo".into(), k: 1, from, to, by };
        report_csv(&question, &Report { rows, total: Total::default() }).unwrap()
    }

    fn row(value: &str, views: u64, amount: Option<Amount>) -> ReportRow {
        ReportRow { value: value.into(), views, visits: 0, amount, restarts: None }
    }

    #[test]
    fn amounts_have_a_column_if_the_report_has_any() {
        let rows = vec![row("purchase EUR", 12, Some(Amount(1_234_500))), row("(other)", 3, None)];
        assert_eq!(
            written("revenue", rows),
            "revenue,events,visits,amount\npurchase EUR,12,0,1234.50\n(other),3,0,\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        let rows = vec![row("/pricing", 1234, None), row("=1+1", 7, None)];
        assert_eq!(written("page", rows), "page,views,visits\n/pricing,1234,0\n'=1+1,7,0\n");
    }
}
