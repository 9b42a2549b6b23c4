//! The table `answers`: how many visitors were asked for consent, agreed and refused, by day and policy.

use foldhash::HashMap;
use rusqlite::{Connection, params};

use super::day_text::Day;
use crate::moment::Moment;

/// Policies that a day tells apart. Others count under 0.
const POLICIES: i64 = 100;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A visit on whose first page the visitor is asked.
    Asked,
    /// The first grant of an id.
    Granted,
    /// A refusal.
    Refused,
}

/// What a group of jobs adds.
#[derive(Debug, Default)]
pub(super) struct Answers<'g>(HashMap<(&'g str, Moment, u32), Sums>);

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    asked: u32,
    granted: u32,
    refused: u32,
}

impl<'g> Answers<'g> {
    pub(super) fn add(&mut self, site: &'g str, time: Moment, policy: u32, answer: Answer) {
        let sums = self.0.entry((site, time.hour(), policy)).or_default();
        match answer {
            Answer::Asked => sums.asked += 1,
            Answer::Granted => sums.granted += 1,
            Answer::Refused => sums.refused += 1,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes all of it, inside the caller's transaction.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut add = connection.prepare_cached(
            "INSERT INTO answers (site, day, policy, asked, granted, refused)
             SELECT ?1, ?2, iif(
                 (SELECT count(*) FROM answers WHERE site = ?1 AND day = ?2) < ?7
                     OR EXISTS (SELECT 1 FROM answers WHERE site = ?1 AND day = ?2 AND policy = ?3), ?3, 0),
                 ?4, ?5, ?6
             WHERE true
             ON CONFLICT DO UPDATE SET asked = asked + excluded.asked, granted = granted + excluded.granted,
                 refused = refused + excluded.refused",
        )?;
        let mut day = Day::default();
        for ((site, hour, policy), Sums { asked, granted, refused }) in &self.0 {
            add.execute(params![site, day.of(*hour).1, policy, asked, granted, refused, POLICIES])?;
        }
        Ok(())
    }
}
