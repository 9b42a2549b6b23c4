//! The messages: one page view each, over some pages, referrers and width classes, each with a batch number of its own and
//! the headers of one of some browsers.

use std::sync::atomic::{AtomicU64, Ordering};

/// The site: the one that a collector without a configuration has.
pub(crate) const SITE: &str = "demo";
/// Pages of the site.
const PAGES: u64 = 100;
/// Where visitors come from.
const REFERRERS: [&str; 4] =
    ["www.example.org", "news.example.net", "search.example.com", "blog.example.co.uk"];

/// Browsers, as they name themselves.
const AGENTS: [&str; 6] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
];
/// What they ask for.
const LANGUAGES: [&str; 4] =
    ["de-DE,de;q=0.9,en;q=0.8", "en-GB,en;q=0.9", "fr", "it-IT,it;q=0.8,en-US;q=0.5,en;q=0.3"];

/// Messages, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Traffic(AtomicU64);

impl Traffic {
    /// The next message's headers and body.
    pub(crate) fn next(&self) -> (String, Vec<u8>) {
        let index = self.0.fetch_add(1, Ordering::Relaxed);
        (headers(index), body(index))
    }
}

/// Bytes of the shortest and the longest body.
pub(crate) fn sizes() -> String {
    let sizes = (0..1000).map(|index| body(index).len());
    format!("{} to {}", sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0))
}

fn headers(index: u64) -> String {
    let random = scramble(!index) as usize;
    let (agent, languages) = (AGENTS[random % AGENTS.len()], LANGUAGES[(random >> 16) % LANGUAGES.len()]);
    format!("user-agent: {agent}\r\naccept-language: {languages}\r\n")
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
        r#"{{"v":2,"site":"{SITE}","level":"aggregated","batch":"{random:016x}","hits":[{{"view":{view}}}]}}"#
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
