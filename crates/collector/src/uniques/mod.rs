//! How many visitors a day had: an estimate, of sites that ask for it.
//!
//! A visitor is an address and a User-Agent. What is remembered of one is a few bits of a sketch (`HyperLogLog`), in memory,
//! under a key that is random, is written nowhere, and ends with the day. Without the key a sketch says how many there were
//! and nothing of who. At the end of the day, or of the process, one rounded number is written for the day.
//!
//! Where a process ends before its day does, the key is lost, and who comes again after it is taken for somebody else. The
//! numbers of such a day are added up, and it is marked with how often that was.

pub mod clock;
mod key;
mod rounded;

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use datasketches::hll::{HllSketch, HllType};
use jiff::civil::Date;

use crate::config::Config;
use key::DayKey;
pub use rounded::rounded;

/// 4,096 registers: a standard deviation of about 1 %.
const PRECISION: u8 = 12;

/// The visitors of today, for sites that ask for an estimate.
#[derive(Debug)]
pub struct Uniques {
    /// The sites that count them.
    sites: BTreeSet<String>,
    today: Mutex<Today>,
}

#[derive(Debug)]
struct Today {
    day: Date,
    key: DayKey,
    sketches: HashMap<String, HllSketch>,
}

/// The estimate for a day that has ended, or for the part of it that this process saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayEstimate {
    /// The site.
    pub site: String,
    /// The day.
    pub day: Date,
    /// How many visitors there were, to three digits.
    pub estimate: u64,
}

impl Uniques {
    /// As the configuration says.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub fn new(config: &Config, day: Date) -> anyhow::Result<Self> {
        let sites = config.sites.iter().filter(|site| site.uniques);
        let sites = sites.map(|site| site.name.clone()).collect();
        Ok(Self { sites, today: Mutex::new(Today { day, key: DayKey::new()?, sketches: HashMap::new() }) })
    }

    /// The sites that count visitors.
    pub fn sites(&self) -> impl Iterator<Item = &str> {
        self.sites.iter().map(String::as_str)
    }

    /// Whether that site counts visitors.
    #[must_use]
    pub fn is_counted(&self, site: &str) -> bool {
        self.sites.contains(site)
    }

    /// Counts a visitor. Visitors of another day than the key's are not counted: the key's day ends within a second of the clock's.
    pub fn count_visitor(&self, site: &str, day: Date, address: IpAddr, agent: &str) {
        let mut today = self.today();
        if today.day != day || !self.is_counted(site) {
            return;
        }
        let visitor = today.key.visitor(site, address, agent);
        if let Some(sketch) = today.sketches.get_mut(site) {
            sketch.update(visitor);
        } else if let Ok(mut sketch) = HllSketch::new(PRECISION, HllType::Hll8) {
            sketch.update(visitor);
            today.sketches.insert(site.to_owned(), sketch);
        }
    }

    /// If `day` is another day, ends the key's day: overwrites the key and returns the estimates.
    ///
    /// # Errors
    /// If the system has no random numbers. The day is not ended.
    pub fn end_day(&self, day: Date) -> anyhow::Result<Option<Vec<DayEstimate>>> {
        let mut today = self.today();
        if today.day == day {
            return Ok(None);
        }
        let next = Today { day, key: DayKey::new()?, sketches: HashMap::new() };
        Ok(Some(std::mem::replace(&mut *today, next).ended()))
    }

    /// The estimates of the day so far. Returns them once.
    #[must_use]
    pub fn finish(&self) -> Vec<DayEstimate> {
        self.today().ended()
    }

    /// Ignores poisoning: a sketch is valid after any panic.
    fn today(&self) -> MutexGuard<'_, Today> {
        self.today.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Today {
    fn ended(&mut self) -> Vec<DayEstimate> {
        let day = self.day;
        let ended = |(site, sketch): (String, HllSketch)| DayEstimate {
            site,
            day,
            estimate: rounded(sketch.estimate()),
        };
        self.sketches.drain().map(ended).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::config::Site;

    const DAY: Date = date(2026, 11, 22);

    fn uniques() -> Uniques {
        let site = |name: &str, uniques| Site { name: name.into(), uniques, ..Site::demo() };
        let sites = vec![site("counts", true), site("too", true), site("not", false)];
        Uniques::new(&Config { sites, ..Config::default() }, DAY).unwrap()
    }

    fn see(uniques: &Uniques, site: &str, visitors: std::ops::Range<u32>) {
        for visitor in visitors {
            uniques.count_visitor(site, DAY, IpAddr::from(visitor.to_be_bytes()), "Firefox");
        }
    }

    #[test]
    fn a_visitor_counts_once_and_the_estimate_is_near() {
        for number in [1, 20, 400, 10_000_u32] {
            let uniques = uniques();
            see(&uniques, "counts", 0..number);
            see(&uniques, "counts", 0..number);
            let ended = uniques.finish();
            let [DayEstimate { site, day, estimate }] = &ended[..] else { panic!("{ended:?}") };
            assert_eq!((site.as_str(), *day), ("counts", DAY));
            // Five standard deviations, and the rounding.
            let error = estimate.abs_diff(number.into());
            assert!(error <= u64::from(number) * 6 / 100, "{estimate} of {number}");
        }
    }

    #[test]
    fn another_agent_is_another_visitor_and_no_site_knows_of_another() {
        let uniques = uniques();
        let address = IpAddr::from([192, 0, 2, 1]);
        for agent in ["Firefox", "Safari"] {
            uniques.count_visitor("counts", DAY, address, agent);
        }
        uniques.count_visitor("too", DAY, address, "Firefox");
        uniques.count_visitor("not", DAY, address, "Firefox");
        uniques.count_visitor("counts", DAY.tomorrow().unwrap(), address, "Chrome");
        let mut ended: Vec<_> =
            uniques.finish().into_iter().map(|ended| (ended.site, ended.estimate)).collect();
        ended.sort();
        assert_eq!(ended, [("counts".to_owned(), 2), ("too".to_owned(), 1)]);
    }

    #[test]
    fn the_day_turns_once_and_the_next_one_begins_anew() {
        let uniques = uniques();
        see(&uniques, "counts", 0..30);
        assert_eq!(uniques.end_day(DAY).unwrap(), None);
        let next = DAY.tomorrow().unwrap();
        let ended = uniques.end_day(next).unwrap().unwrap();
        assert_eq!(ended, [DayEstimate { site: "counts".into(), day: DAY, estimate: 30 }]);
        assert_eq!(uniques.end_day(next).unwrap(), None);
        see(&uniques, "counts", 0..30);
        assert_eq!(uniques.finish(), [], "the day of the clock is another one");
    }
}
