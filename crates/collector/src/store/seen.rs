//! The numbers of aggregated batches of the last minutes. The table `batches` keeps them across a kill: a commit writes its numbers as one
//! row, in the transaction of the counts that they guard. Lookups are done here, so that a commit writes no index.

use std::collections::VecDeque;

use askfirst_wire::limits::NUMBER_MINUTES;
use foldhash::HashSet;
use rusqlite::{Connection, params};

use crate::moment::Moment;

/// Numbers by the minute in which they came, oldest first.
#[derive(Debug, Default)]
pub(super) struct Seen {
    minutes: VecDeque<Minute>,
}

#[derive(Debug)]
struct Minute {
    minute: i64,
    numbers: HashSet<u64>,
    /// The last of their rows.
    last_row: i64,
}

impl Seen {
    /// What the table remembers.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let mut seen = Self::default();
        let mut rows = connection.prepare("SELECT rowid, minute, numbers FROM batches ORDER BY rowid")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let numbers: Vec<u8> = row.get(2)?;
            for number in numbers.as_chunks().0 {
                seen.insert(u64::from_le_bytes(*number), Moment::from_minutes(row.get(1)?), row.get(0)?);
            }
        }
        Ok(seen)
    }

    pub(super) fn contains(&self, number: u64) -> bool {
        self.minutes.iter().any(|minute| minute.numbers.contains(&number))
    }

    /// Remembers a number after its commit.
    pub(super) fn insert(&mut self, number: u64, time: Moment, row: i64) {
        // A clock that was put back must not make a minute that is forgotten out of turn: its numbers join the last one.
        let minute = match self.minutes.back_mut() {
            Some(last) if last.minute >= time.minutes() => last,
            _ => {
                let numbers = HashSet::default();
                self.minutes.push_back(Minute { minute: time.minutes(), numbers, last_row: row });
                let Some(last) = self.minutes.back_mut() else { return };
                last
            }
        };
        minute.numbers.insert(number);
        minute.last_row = minute.last_row.max(row);
    }

    /// Forgets the numbers that are older than [`NUMBER_MINUTES`]; the last row of what went, if anything did.
    pub(super) fn forget_before(&mut self, now: Moment) -> Option<i64> {
        let mut gone = None;
        while let Some(oldest) = self.minutes.front() {
            if oldest.minute + i64::from(NUMBER_MINUTES) >= now.minutes() {
                break;
            }
            gone = Some(oldest.last_row);
            self.minutes.pop_front();
        }
        gone
    }
}

/// Keeps the numbers of batches that came in one minute; their row.
pub(super) fn keep(connection: &Connection, minute: i64, numbers: &[u64]) -> rusqlite::Result<i64> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    connection
        .prepare_cached("INSERT INTO batches (minute, numbers) VALUES (?1, ?2)")?
        .execute(params![minute, bytes])?;
    Ok(connection.last_insert_rowid())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Moment {
        Moment::from_minutes(minute)
    }

    #[test]
    fn numbers_are_remembered_for_the_whole_window() {
        let mut seen = Seen::default();
        seen.insert(7, at(100), 1);
        seen.insert(8, at(101), 2);
        assert_eq!(seen.forget_before(at(115)), None);
        assert!(seen.contains(7), "sent at the end of minute 100, retried fifteen minutes later");
        assert_eq!(seen.forget_before(at(116)), Some(1));
        assert!(!seen.contains(7) && seen.contains(8));
        assert_eq!(seen.forget_before(at(200)), Some(2));
        assert!(!seen.contains(8));
    }

    #[test]
    fn a_clock_put_back_forgets_nothing_early() {
        let mut seen = Seen::default();
        seen.insert(1, at(100), 1);
        seen.insert(2, at(50), 2);
        assert_eq!(seen.forget_before(at(66)), None);
        assert!(seen.contains(2));
        assert_eq!(seen.forget_before(at(116)), Some(2));
    }
}
