//! The answer to a question, out of the cells of its weeks. Pure: who asks says how cells are read.
//!
//! | question | of which days | folded with |
//! |---|---|---|
//! | the site by a dimension | all; and of whole weeks what their days left out | the other values |
//! | what an event of the snippet's own says, and money | those on which the event is shown | the other values |
//! | a page by a dimension | those on which the page is shown, and what the page's events say, the event | the other values, and the same value on other pages |

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use askfirst_wire::builtin::{self, OTHER};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::cross::{shown_of_table, told as told_rows};
use super::dimension::REVENUE;
use super::fold::{Cells, Sum};
use super::week::{Answer, Days, Shown};

/// The dimensions of pages and of events: others count parts of them.
const PAGE: &str = "page";
const EVENT: &str = "event";

/// Reads the cells of some days: by dimension, of a page or, where that is empty, of the site.
pub(super) type Read<'a, E> = dyn FnMut(&str, &str, &RangeInclusive<Date>) -> Result<Days, E> + 'a;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    pub(super) dimension: &'a str,
    /// Empty for the site.
    pub(super) page: &'a str,
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) k: u64,
}

impl Ask<'_> {
    /// Answers, week by week.
    pub(super) fn answer<E>(&self, today: Date, read: &mut Read<'_, E>) -> Result<Answer, E> {
        let mut answer = Answer::default();
        let mut monday =
            self.from.saturating_sub(i64::from(self.from.weekday().to_monday_zero_offset()).days());
        while monday <= self.to {
            let week = monday..=monday.saturating_add(6.days());
            let is_whole = self.from <= monday && *week.end() <= self.to && *week.end() < today;
            let mut week = Week { days: week, k: self.k, today, read: &mut *read };
            if self.page.is_empty() {
                week.of_site(self, is_whole, &mut answer)?;
            } else {
                week.of_page(self, &mut answer)?;
            }
            monday = monday.saturating_add(7.days());
        }
        Ok(answer)
    }

    fn asks(&self, day: &str) -> bool {
        *self.from.to_string() <= *day && *day <= *self.to.to_string()
    }
}

/// The event that a dimension, or a value of it, is part of.
fn event<'a>(dimension: &str, value: &'a str) -> Option<&'a str> {
    if dimension == REVENUE {
        return value.rsplit_once(' ').map(|(event, _)| event).filter(|event| *event != OTHER);
    }
    let is_of = |event: &&builtin::Event| event.props.iter().any(|prop| prop.dimension == dimension);
    builtin::EVENTS.iter().find(is_of).map(|event| event.name)
}

/// A week, and how its cells are read.
struct Week<'a, 'r, E> {
    days: RangeInclusive<Date>,
    k: u64,
    today: Date,
    read: &'a mut Read<'r, E>,
}

impl<E> Week<'_, '_, E> {
    /// The site's cells by a dimension, and which of them are shown. Where the dimension counts parts of events, also which
    /// of its cells are told at all, on a day and with the week.
    fn site(&mut self, dimension: &str) -> Result<Site, E> {
        let days = (self.read)(dimension, "", &self.days)?;
        let events =
            if days.values().flat_map(|cells| cells.keys()).any(|value| event(dimension, value).is_some()) {
                let days = (self.read)(EVENT, "", &self.days)?;
                let shown = self.fold(&days, |_, _| true, |_| true);
                Some((days, shown))
            } else {
                None
            };
        let told = |day: &str, value: &str| match (event(dimension, value), &events) {
            (Some(event), Some((days, shown))) => {
                let is_there =
                    days.get(day).and_then(|cells| cells.get(event)).is_some_and(|sum| sum.views > 0);
                shown.on(day, event) || !is_there
            }
            _ => true,
        };
        let told_of_week = |value: &str| match (event(dimension, value), &events) {
            (Some(event), Some((_, shown))) => shown.week.contains(event),
            _ => true,
        };
        let shown = self.fold(&days, told, told_of_week);
        let cells = days.into_iter().map(|(day, cells)| {
            let cells = cells.into_iter().map(|(value, sum)| {
                let (told, of_week) = (told(&day, &value), told_of_week(&value));
                (value, (sum, told, of_week))
            });
            let cells = cells.collect();
            (day, cells)
        });
        Ok(Site { days: cells.collect(), shown })
    }

    fn fold(
        &self,
        days: &Days,
        told: impl Fn(&str, &str) -> bool,
        told_of_week: impl Fn(&str) -> bool,
    ) -> Shown {
        Shown::new(days, self.k, *self.days.end() < self.today, told, told_of_week)
    }

    fn of_site(&mut self, ask: &Ask<'_>, is_whole: bool, answer: &mut Answer) -> Result<(), E> {
        let site = self.site(ask.dimension)?;
        for (day, cells) in site.days.iter().filter(|(day, _)| ask.asks(day)) {
            let is_over = **day < *self.today.to_string();
            // What one event brought would be the difference of two answers.
            let withhold = !is_over && ask.dimension == REVENUE && self.k > 1;
            for (value, &(sum, told, told_of_week)) in cells {
                let is_told = told || (is_whole && told_of_week);
                let by_week = is_told && is_whole && site.shown.week.contains(value);
                if (site.shown.on(day, value) && !withhold) || by_week {
                    answer.show(value, sum, self.k, is_over);
                } else if is_told {
                    answer.leave(sum);
                }
            }
        }
        Ok(())
    }

    fn of_page(&mut self, ask: &Ask<'_>, answer: &mut Answer) -> Result<(), E> {
        let pages = self.site(PAGE)?.shown;
        for (day, told) in self.table(ask.dimension, &pages)? {
            let Some(row) = told.rows.get(ask.page).filter(|_| ask.asks(&day)) else { continue };
            let is_over = *day < *self.today.to_string();
            for (value, sum) in row {
                if told.shown.contains(&(ask.page.to_owned(), value.clone())) {
                    answer.show(value, *sum, self.k, is_over);
                } else {
                    answer.leave(*sum);
                }
            }
        }
        Ok(())
    }

    /// The cells of all pages that are told of a dimension, by day, and which of them are shown.
    fn table(&mut self, dimension: &str, pages: &Shown) -> Result<BTreeMap<String, Table>, E> {
        let events = match event(dimension, "") {
            Some(event) => Some((event, self.table(EVENT, pages)?)),
            None => None,
        };
        let told = |day: &str, page: &str| match &events {
            Some((event, days)) => days
                .get(day)
                .is_some_and(|table| table.shown.contains(&(page.to_owned(), (*event).to_owned()))),
            None => true,
        };
        let site = self.site(dimension)?;
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        let all: std::collections::BTreeSet<&String> = pages.days.values().flatten().collect();
        for page in all {
            for (day, cells) in (self.read)(dimension, page, &self.days)? {
                let views: u64 = cells.values().map(|sum| sum.views).sum();
                if pages.on(&day, page) && views >= self.k && told(&day, page) {
                    tables.entry(day).or_default().rows.insert(page.clone(), cells);
                }
            }
        }
        for (day, table) in &mut tables {
            let whole = site.days.get(day).into_iter().flatten();
            let whole: Cells = whole.map(|(value, (sum, ..))| (value.clone(), *sum)).collect();
            let known = site.shown.days.get(day).cloned().unwrap_or_default();
            table.rows = told_rows(std::mem::take(&mut table.rows), &whole, self.k);
            table.shown = shown_of_table(&table.rows, &whole, &known, self.k);
        }
        Ok(tables)
    }
}

/// The site's cells of a week: by day and value, each with whether it is told of the day, and with the week.
struct Site {
    days: BTreeMap<String, BTreeMap<String, (Sum, bool, bool)>>,
    shown: Shown,
}

/// Pages by values.
#[derive(Default)]
struct Table {
    rows: BTreeMap<String, Cells>,
    shown: std::collections::BTreeSet<(String, String)>,
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn what_an_event_says_is_not_told_of_a_day_by_the_week() {
        // On Tuesday there were 3 signups beside, so that neither event is told of that day, nor of the week.
        let of_day = |dimension: &str, day: &str| -> &[(&str, u64)] {
            match (dimension, day) {
                (EVENT, "2026-11-03") => &[("file download", 8), ("signup", 3)],
                (EVENT, _) => &[("file download", 10), ("signup", 10)],
                (_, "2026-11-03") => &[("/a.pdf", 8)],
                _ => &[("/a.pdf", 3), ("/b.pdf", 3), ("/c.pdf", 4)],
            }
        };
        let mut read = |dimension: &str, _: &str, _: &RangeInclusive<Date>| {
            let days = ["2026-11-02", "2026-11-03", "2026-11-04"].map(|day| {
                let cell =
                    |&(value, views): &(&str, u64)| (value.to_owned(), Sum { views, ..Sum::default() });
                (day.to_owned(), of_day(dimension, day).iter().map(cell).collect())
            });
            Ok::<_, Infallible>(Days::from(days))
        };
        let (from, to) = (date(2026, 11, 2), date(2026, 11, 8));
        let ask = Ask { dimension: "file", page: "", from, to, k: 5 };
        let Ok(answer) = ask.answer(date(2026, 11, 9), &mut read);
        let rows: Vec<_> = answer.rows.iter().map(|(value, sum)| (value.as_str(), sum.views)).collect();
        assert_eq!(rows, [("/a.pdf", 6), ("/b.pdf", 6), ("/c.pdf", 8)]);
        assert_eq!(answer.total.views, 20);
    }
}
