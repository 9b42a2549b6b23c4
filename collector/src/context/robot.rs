//! Requests that nobody sees the page of: programs that fetch pages, and browsers that fetch one before anybody asks for it.
//! They are counted apart from visits, and not in silence.
//!
//! The list is Crawlerdex's, as the crate `iscrawl` carries it: of all crates with such a list the only one that is still
//! released (`isbot`, `woothee` and `voight_kampff` ended between 2020 and 2022). Its other function, a guess by words, is not used: it takes
//! a telephone called Cubot for a robot, and remembers what it found by where in memory the text stood. What the list does not
//! know yet is found where it names itself as robots do, by a rule of [`agent`](super::agent).

/// Why a request is not a visitor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bot {
    /// Its User-Agent is a program's: a crawler, a monitor, a library, a browser that a program drives.
    Agent,
    /// A browser fetches or renders ahead.
    Ahead,
}

impl Bot {
    /// How it is counted: the value of the dimension `bot`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "User-Agent",
            Self::Ahead => "prefetch",
        }
    }
}

/// Whether the list names it.
pub(super) fn is_listed(agent: &str) -> bool {
    iscrawl::crawler_info(agent).is_some()
}

/// Reads the list, which takes some tens of milliseconds, beside what else there is to do at the start.
pub(super) fn read_list() {
    std::thread::spawn(|| is_listed(""));
}
