//! Increments of a group of batches, merged in memory, so that one upsert serves equal ones.

use std::sync::Arc;

use foldhash::HashMap;
use rusqlite::{Connection, params};

use crate::context::{Bot, Context};
use crate::intake::{Count, Entry, Revenue};
use crate::moment::Moment;

/// The most that a day's sum of an event can be, in thousandths, either way. So no number of hits makes the sum of a report,
/// of 800 days at most, too large for the database, which would refuse it.
const MOST: i64 = 9_000_000_000_000_000;

/// What a group adds.
#[derive(Debug)]
pub(super) struct Counts {
    /// The dimension of pages, and the page of the whole site: shared by all keys.
    page: Arc<str>,
    whole: Arc<str>,
    /// The dimension of dropped hits, and its only value.
    dropped: [Arc<str>; 2],
    /// The dimension of robots.
    bot: Arc<str>,
    hours: HashMap<(Arc<str>, Moment), Sum>,
    cells: HashMap<Cell, Sum>,
    /// Whole for as long as the group is: they are taken apart when they are written, since many hits show the same.
    contexts: HashMap<(Arc<str>, Moment, Context), Sum>,
    revenue: HashMap<Till, Money>,
    denials: HashMap<(String, Moment, u32), u32>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Till {
    site: Arc<str>,
    hour: Moment,
    event: Arc<str>,
    currency: Arc<str>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Money {
    /// Thousandths.
    amount: i64,
    count: u32,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cell {
    site: Arc<str>,
    dimension: Arc<str>,
    /// Empty for the whole site.
    page: Arc<str>,
    /// The hour: days are only made of them when they are written.
    hour: Moment,
    value: Arc<str>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    views: u32,
    visits: u32,
}

impl Sum {
    fn add(&mut self, views: u32, visits: u32) {
        self.views += views;
        self.visits += visits;
    }
}

impl Counts {
    pub(super) fn new() -> Self {
        Self {
            page: "page".into(),
            whole: "".into(),
            dropped: ["dropped".into(), "hits".into()],
            bot: "bot".into(),
            hours: HashMap::default(),
            cells: HashMap::default(),
            contexts: HashMap::default(),
            revenue: HashMap::default(),
            denials: HashMap::default(),
        }
    }

    /// Adds one hit.
    pub(super) fn add(&mut self, site: &Arc<str>, time: Moment, count: &Count) {
        let hour = time.hour();
        let visits = match count.view {
            Some(Entry(entry)) => {
                let visits = u32::from(entry);
                self.hours.entry((Arc::clone(site), hour)).or_default().add(1, visits);
                self.cell(site, hour, (&self.page.clone(), &self.whole.clone(), &count.page), (1, visits));
                visits
            }
            None => 0,
        };
        for (dimension, value) in &count.cells {
            self.cell(site, hour, (dimension, &self.whole.clone(), value), (1, visits));
            self.cell(site, hour, (dimension, &count.page, value), (1, visits));
        }
        if let Some(context) = count.context {
            self.contexts.entry((Arc::clone(site), hour, context)).or_default().add(1, visits);
        }
        if let Some(Revenue { event, currency, amount }) = &count.revenue {
            let (site, event, currency) = (Arc::clone(site), Arc::clone(event), Arc::clone(currency));
            let money = self.revenue.entry(Till { site, hour, event, currency }).or_default();
            money.amount = money.amount.saturating_add(*amount);
            money.count += 1;
        }
    }

    /// Adds hits that a page had to drop.
    pub(super) fn drop_hits(&mut self, site: &Arc<str>, time: Moment, hits: u32) {
        if hits > 0 {
            let [dimension, value] = self.dropped.clone();
            self.cell(site, time.hour(), (&dimension, &self.whole.clone(), &value), (hits, 0));
        }
    }

    /// Adds hits of a robot.
    pub(super) fn add_bots(&mut self, site: &Arc<str>, time: Moment, (bot, hits): (Bot, u32)) {
        let (dimension, value) = (Arc::clone(&self.bot), bot.as_str().into());
        self.cell(site, time.hour(), (&dimension, &self.whole.clone(), &value), (hits, 0));
    }

    /// Adds one refusal of consent.
    pub(super) fn deny(&mut self, site: &str, time: Moment, policy: u32) {
        *self.denials.entry((site.to_owned(), time.hour(), policy)).or_default() += 1;
    }

    fn cell(
        &mut self,
        site: &Arc<str>,
        hour: Moment,
        (dimension, page, value): (&Arc<str>, &Arc<str>, &Arc<str>),
        (views, visits): (u32, u32),
    ) {
        let cell = Cell {
            site: Arc::clone(site),
            dimension: Arc::clone(dimension),
            page: Arc::clone(page),
            hour,
            value: Arc::clone(value),
        };
        self.cells.entry(cell).or_default().add(views, visits);
    }

    /// What requests showed by themselves, each by itself.
    fn shown(&self) -> HashMap<(&str, Moment, &str, &str), Sum> {
        let mut shown: HashMap<_, Sum> = HashMap::default();
        for ((site, hour, context), sum) in &self.contexts {
            for (dimension, value) in context.cells() {
                shown.entry((&**site, *hour, dimension, value)).or_default().add(sum.views, sum.visits);
            }
        }
        shown
    }

    /// Writes all of it, inside the caller's transaction.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut upsert = connection.prepare_cached(
            "INSERT INTO site_hour (site, hour, views, visits) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET views = views + excluded.views, visits = visits + excluded.visits",
        )?;
        for ((site, hour), sum) in &self.hours {
            upsert.execute(params![site, hour.hour_text(), sum.views, sum.visits])?;
        }
        let mut upsert = connection.prepare_cached(
            "INSERT INTO cells (site, dimension, page, day, value, views, visits) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET views = views + excluded.views, visits = visits + excluded.visits",
        )?;
        let mut day = Day::default();
        for (cell, sum) in &self.cells {
            let Cell { site, dimension, page, hour, value } = cell;
            upsert.execute(params![site, dimension, page, day.text(*hour), value, sum.views, sum.visits])?;
        }
        for ((site, hour, dimension, value), sum) in self.shown() {
            upsert.execute(params![site, dimension, "", day.text(hour), value, sum.views, sum.visits])?;
        }
        let mut upsert = connection.prepare_cached(
            "INSERT INTO revenue (site, day, event, currency, amount, count) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET
                 amount = max(-?7, min(?7, amount + excluded.amount)), count = count + excluded.count",
        )?;
        for (Till { site, hour, event, currency }, Money { amount, count }) in &self.revenue {
            upsert.execute(params![site, day.text(*hour), event, currency, amount, count, MOST])?;
        }
        let mut upsert = connection.prepare_cached(
            "INSERT INTO denials (site, day, policy, count) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )?;
        for ((site, hour, policy), count) in &self.denials {
            upsert.execute(params![site, day.text(*hour), policy, count])?;
        }
        Ok(())
    }
}

/// The text of the day last asked for: a group has one hour, or two.
#[derive(Default)]
struct Day(Option<(Moment, String)>);

impl Day {
    fn text(&mut self, hour: Moment) -> &str {
        if self.0.as_ref().is_none_or(|(known, _)| *known != hour) {
            self.0 = Some((hour, hour.day().to_string()));
        }
        self.0.as_ref().map_or("", |(_, text)| text)
    }
}
