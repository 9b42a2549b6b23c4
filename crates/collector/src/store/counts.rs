//! Increments of a group of batches, merged in memory, so that one write serves equal ones; held to the bounds of their day
//! when they are written.

use std::sync::Arc;

use foldhash::HashMap;
use jiff::civil::Date;
use rusqlite::{Connection, params};

use super::answers::{Answer, Answers};
use super::cells::{self, Cell, Raise};
use super::day_text::Day;
use super::days::{Days, PAGE, WHOLE};
use super::strict::Open;
use crate::context::{Bot, Context};
use crate::intake::{HitCounts, Revenue, ViewCount};
use crate::moment::Moment;

/// The most that a day's sum of an event can be, in thousandths, either way. So no number of hits makes the sum of a report,
/// of 800 days at most, too large for the database, which would refuse it.
const MOST: i64 = 9_000_000_000_000_000;
/// Increments that are held before they are written: what is merged must fit into memory, whatever comes.
const HELD: usize = 16_384;
/// Pairs of event and currency whose money a day adds up.
const TILLS: usize = 1_000;

/// What a group adds. It borrows all words from the group: to count them would cost more than to add the numbers.
#[derive(Debug, Default)]
pub(super) struct Counts<'g> {
    hours: HashMap<(&'g Arc<str>, Moment), Sum>,
    cells: HashMap<CounterKey<'g>, Sum>,
    /// Whole for as long as the group is: they are taken apart when they are written, since many hits show the same.
    contexts: HashMap<(&'g Arc<str>, Moment, Context), Sum>,
    revenue: HashMap<Till<'g>, Money>,
    answers: Answers<'g>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Till<'g> {
    site: &'g Arc<str>,
    hour: Moment,
    event: &'g str,
    currency: &'g str,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Money {
    /// Thousandths.
    pub(super) amount: i64,
    pub(super) count: u32,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CounterKey<'g> {
    site: &'g Arc<str>,
    dimension: &'g str,
    /// Empty for the whole site.
    page: &'g str,
    /// The hour: days are only made of them when they are written.
    hour: Moment,
    value: &'g str,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) views: u32,
    pub(super) visits: u32,
}

impl Sum {
    pub(super) const fn add(&mut self, views: u32, visits: u32) {
        self.views += views;
        self.visits += visits;
    }
}

impl<'g> Counts<'g> {
    /// Adds one hit.
    pub(super) fn add(&mut self, site: &'g Arc<str>, time: Moment, count: &'g HitCounts) {
        let hour = time.hour();
        let visits = match count.view {
            Some(ViewCount { entry, asked }) => {
                let visits = u32::from(entry);
                if let Some(policy) = asked {
                    self.answers.add(site, time, policy, Answer::Asked);
                }
                self.hours.entry((site, hour)).or_default().add(1, visits);
                self.cell(site, hour, (PAGE, WHOLE, &count.page), (1, visits));
                visits
            }
            // A page of the day has a cell among its pages, though nobody viewed it: so the pages of a day can be found again.
            None => {
                self.cell(site, hour, (PAGE, WHOLE, &count.page), (0, 0));
                0
            }
        };
        for (dimension, value) in &count.cells {
            self.cell(site, hour, (dimension, WHOLE, value), (1, visits));
            self.cell(site, hour, (dimension, &count.page, value), (1, visits));
        }
        if let Some(context) = count.context {
            self.contexts.entry((site, hour, context)).or_default().add(1, visits);
        }
        if let Some(Revenue { event, currency, amount }) = &count.revenue {
            let money = self.revenue.entry(Till { site, hour, event, currency }).or_default();
            money.amount = money.amount.saturating_add(*amount);
            money.count += 1;
        }
    }

    /// Adds hits that a page had to drop.
    pub(super) fn drop_hits(&mut self, site: &'g Arc<str>, time: Moment, hits: u32) {
        if hits > 0 {
            self.cell(site, time.hour(), ("dropped", WHOLE, "hits"), (hits, 0));
        }
    }

    /// Adds hits of a robot.
    pub(super) fn add_bots(&mut self, site: &'g Arc<str>, time: Moment, (bot, hits): (Bot, u32)) {
        self.cell(site, time.hour(), ("bot", WHOLE, bot.as_str()), (hits, 0));
    }

    /// Adds one answer to the question for consent.
    pub(super) fn answer(&mut self, site: &'g str, time: Moment, policy: u32, answer: Answer) {
        self.answers.add(site, time, policy, answer);
    }

    fn cell(
        &mut self,
        site: &'g Arc<str>,
        hour: Moment,
        (dimension, page, value): Cell<'g>,
        (views, visits): (u32, u32),
    ) {
        self.cells.entry(CounterKey { site, dimension, page, hour, value }).or_default().add(views, visits);
    }

    /// What requests showed by themselves, each by itself.
    fn shown(&self) -> HashMap<(&'g Arc<str>, Moment, &str, &str), Sum> {
        let mut shown: HashMap<_, Sum> = HashMap::default();
        for ((site, hour, context), sum) in &self.contexts {
            for (dimension, value) in context.cells() {
                shown.entry((*site, *hour, dimension, value)).or_default().add(sum.views, sum.visits);
            }
        }
        shown
    }

    /// Whether it is time to write, though more is to come.
    pub(super) fn is_full(&self) -> bool {
        self.cells.len() + self.hours.len() + self.contexts.len() + self.revenue.len() + self.answers.len()
            > HELD
    }

    /// Writes all of it, inside the caller's transaction. Where that fails in the end, `days` and `open` are to be told.
    pub(super) fn write(
        &self,
        connection: &Connection,
        days: &mut Days,
        open: &mut Open,
    ) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(
            "INSERT INTO site_hour (site, hour, views, visits) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET views = views + excluded.views, visits = visits + excluded.visits",
        )?;
        for ((site, hour), sum) in &self.hours {
            add.execute(params![site, hour.hour_text(), sum.views, sum.visits])?;
        }
        drop(add);
        self.write_cells(connection, days, open)?;
        self.write_revenue(connection, open)?;
        self.answers.write(connection)
    }

    /// Pages first: their cells may wait for them.
    fn write_cells(&self, connection: &Connection, days: &mut Days, open: &mut Open) -> rusqlite::Result<()> {
        let mut raise = Raise::new(connection)?;
        let mut day = Day::default();
        let mut folded: HashMap<(&Arc<str>, Date, Cell<'_>), Sum> = HashMap::default();
        let pages = self.cells.iter().filter(|(key, _)| key.dimension == PAGE);
        let others = self.cells.iter().filter(|(key, _)| key.dimension != PAGE);
        let cells = pages.chain(others).map(|(key, sum)| {
            let CounterKey { site, hour, dimension, page, value } = *key;
            ((site, hour, (dimension, page, value)), *sum)
        });
        let shown = self.shown();
        let shown = shown
            .iter()
            .map(|((site, hour, dimension, value), sum)| ((*site, *hour, (*dimension, WHOLE, *value)), *sum));
        for ((site, hour, own), sum) in cells.chain(shown) {
            let (date, text) = day.of(hour);
            if let Some(counter) = days.counter((site, date), own)
                && raise.by(counter, sum)?
            {
                continue;
            }
            let (page, value) = days.admit(connection, open, (site, date), own)?;
            let cell = (own.0, page, value);
            if cell == own {
                put(connection, days, open, (site, date, text), cell, sum)?;
            } else {
                folded.entry((site, date, cell)).or_default().add(sum.views, sum.visits);
            }
        }
        for ((site, date, cell), sum) in folded {
            if let Some(counter) = days.counter((site, date), cell)
                && raise.by(counter, sum)?
            {
                continue;
            }
            put(connection, days, open, (site, date, &date.to_string()), cell, sum)?;
        }
        Ok(())
    }

    fn write_revenue(&self, connection: &Connection, open: &mut Open) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(
            "INSERT INTO revenue (site, day, event, currency, amount, count)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM revenue WHERE site = ?1 AND day = ?2) < ?8
                 OR EXISTS (SELECT 1 FROM revenue WHERE site = ?1 AND day = ?2 AND event = ?3 AND currency = ?4)
             ON CONFLICT DO UPDATE SET
                 amount = max(-?7, min(?7, amount + excluded.amount)), count = count + excluded.count",
        )?;
        let mut day = Day::default();
        for (Till { site, hour, event, currency }, money) in &self.revenue {
            let (date, text) = day.of(*hour);
            let money = match open.k(site) {
                Some(k) => open.add_money(connection, (site, date), (event, currency), k, *money)?,
                None => Some(*money),
            };
            if let Some(Money { amount, count }) = money {
                add.execute(params![site, text, event, currency, amount, count, MOST, TILLS as i64])?;
            }
        }
        Ok(())
    }
}

/// Adds to a cell whose counter is not known yet, or lets it wait.
fn put(
    connection: &Connection,
    days: &mut Days,
    open: &mut Open,
    (site, date, day): (&Arc<str>, Date, &str),
    cell: Cell<'_>,
    sum: Sum,
) -> rusqlite::Result<()> {
    let sum = match open.k(site) {
        Some(k) if cell.0 != "dropped" => open.add(connection, (site, date), cell, k, sum)?,
        _ => Some(sum),
    };
    if let Some(sum) = sum {
        let counter = cells::put(connection, site, day, cell, sum)?;
        days.keep((site, date), cell, counter);
    }
    Ok(())
}
