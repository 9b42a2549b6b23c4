//! Hits that are not in a batch yet: all of one level, and of one owner where the level has an id. Pure.

use askfirst_wire::{Level, limits};

/// Whose hits they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The level at which they were made.
    pub level: Level,
    /// The anonymous id, at the levels that have one.
    pub id: Option<String>,
    /// The site's own id of the person, at `full`.
    pub subject: Option<String>,
}

/// Hits of one owner, waiting for company.
#[derive(Clone, Debug)]
pub struct Pending<H> {
    /// Whose they are.
    pub owner: Owner,
    /// The hits, oldest first.
    pub hits: Vec<H>,
}

impl<H> Default for Pending<H> {
    fn default() -> Self {
        Self { owner: Owner { level: Level::Aggregated, id: None, subject: None }, hits: Vec::new() }
    }
}

impl<H> Pending<H> {
    /// Adds a hit. Where the waiting ones are another's, they are handed out to be sent as what they are: a hit keeps the
    /// level at which it was made.
    pub fn add(&mut self, owner: Owner, hit: H) -> Self {
        let mut others = Self::default();
        if self.owner != owner {
            std::mem::swap(self, &mut others);
            self.owner = owner;
        }
        self.hits.push(hit);
        others
    }

    /// Whether there are so many that they need not wait.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.hits.len() >= limits::HITS / 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nobody() -> Owner {
        Pending::<u8>::default().owner
    }

    fn somebody(id: &str) -> Owner {
        Owner { level: Level::Anonymous, id: Some(id.into()), subject: None }
    }

    #[test]
    fn hits_of_one_owner_wait_together() {
        let mut pending = Pending::default();
        assert!(pending.add(nobody(), 1).hits.is_empty());
        assert!(pending.add(nobody(), 2).hits.is_empty());
        assert_eq!(pending.hits, [1, 2]);
    }

    #[test]
    fn a_hit_made_before_consent_is_never_sent_under_the_id() {
        let mut pending = Pending::default();
        pending.add(nobody(), 1);
        let before = pending.add(somebody("x"), 2);
        assert_eq!((before.owner, before.hits), (nobody(), vec![1]));
        assert_eq!((pending.owner, pending.hits), (somebody("x"), vec![2]));
    }

    #[test]
    fn two_owners_never_share_a_batch() {
        let mut pending = Pending::default();
        pending.add(somebody("x"), 1);
        assert_eq!(pending.add(somebody("y"), 2).hits, [1]);
        let named = Owner { level: Level::Full, subject: Some("ada".into()), ..somebody("y") };
        assert_eq!(pending.add(named, 3).hits, [2]);
        assert_eq!(pending.hits, [3]);
    }

    #[test]
    fn ten_are_enough() {
        let mut pending = Pending::default();
        for hit in 0..10 {
            assert!(!pending.is_full());
            pending.add(nobody(), hit);
        }
        assert!(pending.is_full());
    }
}
