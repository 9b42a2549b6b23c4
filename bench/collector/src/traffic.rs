//! The bodies: one page view each, over some pages, referrers and width classes, each with a batch number of its own.

use std::sync::atomic::{AtomicU64, Ordering};

/// The site: the one that a collector without a configuration has.
pub(crate) const SITE: &str = "demo";
/// Pages of the site.
const PAGES: u64 = 100;
/// Where visitors come from.
const REFERRERS: [&str; 4] =
    ["www.example.org", "news.example.net", "search.example.com", "blog.example.co.uk"];

/// Bodies, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Traffic(AtomicU64);

impl Traffic {
    /// The next body.
    pub(crate) fn next(&self) -> Vec<u8> {
        body(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// Bytes of the shortest and the longest body.
pub(crate) fn sizes() -> String {
    let sizes = (0..1000).map(|index| body(index).len());
    format!("{} to {}", sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0))
}

fn body(index: u64) -> Vec<u8> {
    let random = scramble(index);
    let pick = |choices: u64, shift: u32| (random >> shift) % choices;
    // Every third view begins a visit.
    let entry = pick(3, 8) == 0;
    let referrer = usize::try_from(pick(5, 16)).ok().and_then(|index| REFERRERS.get(index)).filter(|_| entry);
    let viewport = ["small", "medium", "large", "wide"][(random >> 24) as usize % 4];
    let referrer = referrer.map_or_else(String::new, |host| format!(r#""referrer":"{host}","#));
    let entry = if entry { r#""entry":true,"# } else { "" };
    let page = pick(PAGES, 32);
    let view = format!(r#"{{"page":"/blog/article-{page}",{referrer}{entry}"viewport":"{viewport}"}}"#);
    let batch = format!(
        r#"{{"v":1,"site":"{SITE}","level":"aggregated","batch":"{random:016x}","hits":[{{"view":{view}}}]}}"#
    );
    batch.into_bytes()
}

/// splitmix64: one to one, so no two bodies have the same number.
const fn scramble(index: u64) -> u64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
