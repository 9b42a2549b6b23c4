//! Which cells of a table are shown, pages by values of a day, so that the others cannot be had by subtracting.

use std::collections::{BTreeMap, BTreeSet};

use askfirst_wire::builtin::OTHER;

use super::bridges::bridges;
use super::fold::{Cells, Rest};

/// The rows that are told, of those that may be: all but the smallest, until what is not told comes to nothing or to at least
/// `k`. `whole` are the table's columns.
pub(super) fn told(rows: BTreeMap<String, Cells>, whole: &Cells, k: u64) -> BTreeMap<String, Cells> {
    let sum = |cells: &Cells| cells.values().map(|sum| sum.views).sum::<u64>();
    let mut rows: Vec<(u64, (String, Cells))> =
        rows.into_iter().map(|(row, cells)| (sum(&cells), (row, cells))).collect();
    rows.sort_unstable_by(|(a, (one, _)), (b, (other, _))| b.cmp(a).then_with(|| one.cmp(other)));
    let told: u64 = rows.iter().map(|(views, _)| views).sum();
    let mut rest = sum(whole).saturating_sub(told);
    while (1..k).contains(&rest) {
        let Some((views, _)) = rows.pop() else { break };
        rest += views;
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The cells of a table that are shown, as row and column, where the total of each row is known, and of each column that
/// `known` names. What stands in no row but in `whole`, the table's columns, belongs to rows that are not told.
pub(super) fn shown_of_table(
    rows: &BTreeMap<String, Cells>,
    whole: &Cells,
    known: &BTreeSet<String>,
    k: u64,
) -> BTreeSet<(String, String)> {
    let mut shown: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (row, cells) in rows {
        for (column, sum) in cells {
            if known.contains(column) && sum.views >= k && sum.views > 0 {
                shown.insert((row, column), sum.views);
            }
        }
    }
    // Leaving out a cell of a row may lay bare another one of its column, and the other way round.
    loop {
        let before = shown.len();
        for (row, cells) in rows {
            let rest = |shown: &BTreeMap<(&str, &str), u64>| {
                let cells = cells.iter().map(|(column, sum)| (column.as_str(), sum.views));
                Rest::of(cells.filter(|(column, _)| !shown.contains_key(&(row.as_str(), *column))))
            };
            let row = || cells.keys().map(|column| (row.as_str(), column.as_str()));
            while !rest(&shown).is_safe(k) && leave_out(&mut shown, row()) {}
        }
        for column in known {
            let views = whole.get(column).map_or(0, |sum| sum.views);
            let rest = |shown: &BTreeMap<(&str, &str), u64>| {
                let mut told = 0;
                let mut rest = Rest::of(rows.iter().filter_map(|(row, cells)| {
                    let views = cells.get(column)?.views;
                    told += views;
                    (!shown.contains_key(&(row.as_str(), column.as_str()))).then_some((row.as_str(), views))
                }));
                let untold = views.saturating_sub(told);
                rest.views += untold;
                rest.cells += u32::from(untold > 0);
                rest
            };
            let column = || rows.keys().map(|row| (row.as_str(), column.as_str()));
            while !rest(&shown).is_safe(k) && leave_out(&mut shown, column()) {}
        }
        if shown.len() == before {
            for (row, column) in exposed(rows, whole, known, &shown) {
                let row = row
                    .into_iter()
                    .flat_map(|row| rows[row].keys().map(move |column| (row, column.as_str())));
                let column =
                    column.into_iter().flat_map(|column| rows.keys().map(move |row| (row.as_str(), column)));
                leave_out(&mut shown, row.chain(column));
            }
        }
        if shown.len() == before {
            return shown.into_keys().map(|(row, column)| (row.to_owned(), column.to_owned())).collect();
        }
    }
}

/// The row and the column, where they are known, of cells that follow from the sums of several rows and columns.
///
/// The rows that are not told are one row together, and so are the columns: the sums of these two follow from the total.
fn exposed<'a>(
    rows: &'a BTreeMap<String, Cells>,
    whole: &Cells,
    known: &'a BTreeSet<String>,
    shown: &BTreeMap<(&str, &str), u64>,
) -> Vec<(Option<&'a str>, Option<&'a str>)> {
    const NO_ROW: usize = 0;
    const NO_COLUMN: usize = 1;
    let columns: BTreeMap<&str, usize> = known.iter().map(String::as_str).zip(2 + rows.len()..).collect();
    let mut cells = Vec::new();
    let mut edges = Vec::new();
    for (node, (row, of_row)) in rows.iter().enumerate() {
        for (column, _) in of_row.iter().filter(|(_, sum)| sum.views > 0) {
            if !shown.contains_key(&(row.as_str(), column.as_str())) {
                let at = columns.get_key_value(column.as_str());
                // A mixture is more than one cell.
                for _ in 0..1 + usize::from(column == OTHER || row == OTHER) {
                    cells.push((Some(row.as_str()), at.map(|(column, _)| *column)));
                    edges.push((2 + node, at.map_or(NO_COLUMN, |(_, node)| *node)));
                }
            }
        }
    }
    for (column, sum) in whole {
        let told: u64 = rows.values().filter_map(|cells| cells.get(column)).map(|sum| sum.views).sum();
        if sum.views > told {
            let at = columns.get_key_value(column.as_str());
            // So is what stands in neither.
            for _ in 0..1 + usize::from(at.is_none()) {
                cells.push((None, at.map(|(column, _)| *column)));
                edges.push((NO_ROW, at.map_or(NO_COLUMN, |(_, node)| *node)));
            }
        }
    }
    bridges(2 + rows.len() + columns.len(), &edges).into_iter().map(|bridge| cells[bridge]).collect()
}

/// Leaves out the smallest of these cells; whether there was one.
fn leave_out<'a>(
    shown: &mut BTreeMap<(&'a str, &'a str), u64>,
    cells: impl Iterator<Item = (&'a str, &'a str)>,
) -> bool {
    let cells = cells.filter_map(|cell| shown.get(&cell).map(|views| (*views, cell)));
    let smallest = cells.min_by(|(a, one), (b, other)| a.cmp(b).then_with(|| other.cmp(one)));
    smallest.is_some_and(|(_, cell)| shown.remove(&cell).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fold::Sum;

    fn cells(views: &[u64]) -> Cells {
        let cell = |(index, &views): (usize, &u64)| (format!("v{index}"), Sum { views, ..Sum::default() });
        views.iter().enumerate().map(cell).collect()
    }

    fn rows(rows: &[(&str, &[u64])]) -> BTreeMap<String, Cells> {
        rows.iter().map(|(row, views)| ((*row).to_owned(), cells(views))).collect()
    }

    #[test]
    fn a_column_is_no_way_around_a_row() {
        // Both pages have a safe rest by themselves, but v0 is known for the site: 43 minus 40 of page a is 3 of page b.
        let rows = BTreeMap::from([("a".to_owned(), cells(&[40, 20])), ("b".to_owned(), cells(&[3, 30, 9]))]);
        let (whole, known) = (cells(&[43, 50, 9]), ["v0", "v1"].map(str::to_owned).into());
        let shown = shown_of_table(&rows, &whole, &known, 10);
        assert!(!shown.contains(&("a".to_owned(), "v0".to_owned())), "{shown:?}");
    }

    #[test]
    fn what_is_neither_row_nor_column_may_be_nothing() {
        // v2 and v3 are not told, and were on these two pages alone: what b left out, taken from them, leaves 18, and page a had 21.
        let rows = rows(&[("a", &[3, 0, 8, 10]), ("b", &[27, 0, 8, 9])]);
        let (whole, known) = (cells(&[43, 20, 16, 19]), ["v0", "v1"].map(str::to_owned).into());
        assert_eq!(shown_of_table(&rows, &whole, &known, 10), BTreeSet::new());
        // Another page had 5 of v2 as well: there is no way to its number.
        let whole = cells(&[43, 20, 21, 19]);
        assert_eq!(shown_of_table(&rows, &whole, &known, 10).len(), 1);
    }

    #[test]
    fn a_page_is_not_what_the_others_leave() {
        let all = rows(&[("a", &[60, 2]), ("b", &[40]), ("c", &[20])]);
        let rest = |whole: &[u64]| told(all.clone(), &cells(whole), 10).into_keys().collect::<Vec<_>>();
        assert_eq!(rest(&[120, 2]), ["a", "b", "c"]);
        assert_eq!(rest(&[123, 2]), ["a", "b"], "3 events of page d");
        assert_eq!(rest(&[120, 15]), ["a", "b", "c"]);
    }
}
