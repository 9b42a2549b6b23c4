//! Reports as tables for a terminal.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets::UTF8_HORIZONTAL_ONLY};

use super::dimension::REVENUE;
use super::{Amount, By, Question, Report, counts};

/// The names of the columns: the value, and what the two numbers count.
pub(crate) fn column_names(question: &Question) -> (&str, &'static str, &'static str) {
    match &question.by {
        By::Day => ("day", "views", "visits"),
        By::Uniques => ("day", "visitors", "restarts"),
        By::Hour => ("hour", "views", "visits"),
        By::Dimension { name, .. } => (name, counts(name).as_str(), "visits"),
    }
}

/// Whether there is a column of amounts.
pub(crate) fn has_amounts(question: &Question) -> bool {
    matches!(&question.by, By::Dimension { name, .. } if name == REVENUE)
}

/// The report as a table, with a line above that says of what, and the sums below.
#[must_use]
pub fn table(question: &Question, report: &Report) -> String {
    let (dimension, views, visits) = column_names(question);
    let page = match &question.by {
        By::Dimension { page, .. } if !page.is_empty() => format!(", page {page}"),
        _ => String::new(),
    };
    let title = format!("{}{page}, {} to {}", question.site, question.from, question.to);
    if report.rows.is_empty() {
        return format!("{title}: nothing counted");
    }
    let number = |number: u64| Cell::new(grouped(number)).set_alignment(CellAlignment::Right);
    let head = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    let money = has_amounts(question);
    let last = |cell| money.then_some(cell);
    table.set_header(
        [Cell::new(dimension), head(views), head(visits)].into_iter().chain(last(head("amount"))),
    );
    for row in &report.rows {
        let amount = head(&row.amount.map(Amount::grouped).unwrap_or_default());
        table.add_row(
            [Cell::new(&row.value), number(row.views), number(row.restarts.unwrap_or(row.visits))]
                .into_iter()
                .chain(last(amount)),
        );
    }
    // Who came on two days would count twice.
    if matches!(question.by, By::Uniques) {
        return format!("{title}\n{table}");
    }
    table.add_row([Cell::new("total"), number(report.total.views), number(report.total.visits)]);
    format!("{title}\n{table}")
}

/// Thousands apart, by a narrow space that does not break: `1 234 567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::report::ReportRow;

    fn question(name: &str, page: &str) -> Question {
        let by = By::Dimension { name: name.into(), page: page.into() };
        Question { site: "demo".into(), k: 1, from: date(2026, 11, 1), to: date(2026, 11, 22), by }
    }

    fn report() -> Report {
        Report::new(vec![
            ReportRow { value: "/pricing".into(), views: 1234, visits: 56, amount: None, restarts: None },
            ReportRow { value: "=1+1".into(), views: 7, visits: 0, amount: None, restarts: None },
        ])
    }

    #[test]
    fn numbers_stand_right_and_sums_below() {
        let text = table(&question("page", ""), &report());
        assert!(text.starts_with("demo, 2026-11-01 to 2026-11-22\n"), "{text}");
        let lines: Vec<&str> =
            text.lines().filter(|line| line.contains(|c: char| c.is_ascii_digit())).collect();
        assert!(lines[1].contains("/pricing   1\u{202f}234       56"), "{text}");
        assert!(lines[3].contains("total      1\u{202f}241       56"), "{text}");
    }

    #[test]
    fn it_says_of_what() {
        let text = table(&question("event", "/pricing"), &Report::new(Vec::new()));
        assert_eq!(text, "demo, page /pricing, 2026-11-01 to 2026-11-22: nothing counted");
        assert!(table(&question("prop.plan", ""), &report()).contains("events"));
    }

    #[test]
    fn amounts_have_a_column_where_there_are_any() {
        let row = |value: &str, views, amount| ReportRow {
            value: value.into(),
            views,
            visits: 0,
            amount,
            restarts: None,
        };
        let report =
            Report::new(vec![row("purchase EUR", 12, Some(Amount(1_234_500))), row("(other)", 3, None)]);
        let question = question("revenue", "");
        let text = table(&question, &report);
        assert!(text.contains("amount") && text.contains("1\u{202f}234.50"), "{text}");
    }
}
