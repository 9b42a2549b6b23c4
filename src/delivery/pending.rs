//! Hits that are not in a batch yet: all of one level, and under one id where the level has one. Pure.

use askfirst_wire::{
    AggregatedBatch, AggregatedHit, AnonymousBatch, Batch, FullBatch, Hit, Level, VERSION, limits,
};

/// Whose hits they are, at the levels with an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// `anonymous` or `full`.
    pub level: Level,
    /// The anonymous id.
    pub id: String,
    /// The site's own id of the person, at `full`.
    pub subject: Option<String>,
}

/// A hit, made at the visitor's level.
#[derive(Clone, Debug)]
pub enum Made {
    /// Without an id.
    Aggregated(AggregatedHit),
    /// Under one.
    Identified(Owner, Hit),
}

/// Hits of one level, waiting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Pending {
    /// None.
    #[default]
    Empty,
    /// Without an id.
    Aggregated(Vec<AggregatedHit>),
    /// Under one.
    Identified(Owner, Vec<Hit>),
}

impl Pending {
    /// Adds a hit. Where the waiting ones are of another level or owner, they are handed out to be sent as what they are:
    /// a hit keeps the level at which it was made.
    pub fn add(&mut self, made: Made) -> Self {
        match (&mut *self, made) {
            (Self::Aggregated(hits), Made::Aggregated(hit)) => hits.push(hit),
            (Self::Identified(owner, hits), Made::Identified(same, hit)) if *owner == same => hits.push(hit),
            (other, Made::Aggregated(hit)) => return std::mem::replace(other, Self::Aggregated(vec![hit])),
            (other, Made::Identified(owner, hit)) => {
                return std::mem::replace(other, Self::Identified(owner, vec![hit]));
            }
        }
        Self::Empty
    }

    /// How many hits wait.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::Aggregated(hits) => hits.len(),
            Self::Identified(_, hits) => hits.len(),
        }
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the batch is as large as one may be.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() >= limits::HITS / 10
    }

    /// The batch, where there is a hit. `number` names the request, the same on its retries.
    #[must_use]
    pub fn seal(self, site: String, number: String) -> Option<Batch> {
        Some(match self {
            Self::Empty => return None,
            Self::Aggregated(hits) => Batch::Aggregated(AggregatedBatch {
                v: VERSION,
                site,
                level: Level::Aggregated,
                batch: number,
                hits,
            }),
            Self::Identified(Owner { level: Level::Full, id, subject }, hits) => Batch::Full(FullBatch {
                v: VERSION,
                site,
                level: Level::Full,
                batch: number,
                id,
                subject,
                hits,
            }),
            Self::Identified(Owner { id, .. }, hits) => Batch::Anonymous(AnonymousBatch {
                v: VERSION,
                site,
                level: Level::Anonymous,
                batch: number,
                id,
                hits,
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use askfirst_wire::AggregatedEvent;

    fn event() -> AggregatedHit {
        AggregatedHit::Event(AggregatedEvent { name: "a".into(), ..AggregatedEvent::default() })
    }

    fn count() -> Made {
        Made::Aggregated(event())
    }

    fn row(id: &str) -> Made {
        let owner = Owner { level: Level::Anonymous, id: id.into(), subject: None };
        Made::Identified(owner, Hit { uuid: "u".into(), visit: "v".into(), previous: None, what: event() })
    }

    #[test]
    fn hits_of_one_level_share_a_batch() {
        let mut pending = Pending::default();
        assert_eq!(pending.add(count()), Pending::Empty);
        assert_eq!(pending.add(count()), Pending::Empty);
        let batch = pending.seal("s".into(), "n".into()).unwrap();
        assert_eq!((batch.level(), batch.len()), (Level::Aggregated, 2));
    }

    #[test]
    fn a_hit_made_before_consent_is_never_sent_under_the_id() {
        let mut pending = Pending::default();
        pending.add(count());
        let before = pending.add(row("x"));
        assert_eq!(before.seal("s".into(), "n".into()).unwrap().level(), Level::Aggregated);
        assert_eq!(pending.seal("s".into(), "n".into()).unwrap().level(), Level::Anonymous);
    }

    #[test]
    fn two_owners_never_share_a_batch() {
        let mut pending = Pending::default();
        pending.add(row("x"));
        assert_eq!(pending.add(row("y")).len(), 1);
        assert_eq!(pending.len(), 1);
    }

    #[test]
    fn nothing_makes_no_batch() {
        assert_eq!(Pending::Empty.seal("s".into(), "n".into()), None);
    }
}
