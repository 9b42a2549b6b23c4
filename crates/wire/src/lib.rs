//! What travels between the snippet in the page and the collector, and nothing else.
//!
//! Both sides depend on this crate, so a field that has no place in these types can neither be sent nor be
//! stored. The crate does no I/O and knows neither browser nor server.
//!
//! | module | subject |
//! |---|---|
//! | [`level`] | the ladder: `none`, `aggregated`, `anonymous`, `full` |
//! | [`hit`] | what one hit may say, by level |
//! | `builtin` | events that the snippet makes of its own accord (feature `decode`) |
//! | [`batch`] | what one `POST /collect` carries |
//! | [`consent`] | what `POST /consent`, `POST /forget` and `POST /mydata` carry |
//! | [`choice`] | the visitor's recorded choice: one value of a finite set |
//! | [`date`] | calendar days, for the choice's age |
//! | [`limits`] | sizes and lifetimes |
//! | [`names`] | names of cookies and storage keys |
//! | [`hash`] | the hash of names and terms |
//! | [`retry`] | how long a message is retried |
//! | [`options`] | the options of the script tag and of `init` |
//! | [`redact`] | paths to page templates, and other values to what may leave the browser |
//! | [`fields`] | serialization of messages |
//! | [`refusal`] | every reason for which the collector refuses |
//! | `decode` | bytes to checked messages (feature `decode`: the collector's side) |
//! | `inventory` | `inventory.toml` as data (feature `decode`) |

pub mod batch;
#[cfg(feature = "decode")]
pub mod builtin;
pub mod choice;
pub mod consent;
pub mod date;
#[cfg(feature = "decode")]
pub mod decode;
pub mod fields;
pub mod hash;
pub mod hit;
#[cfg(feature = "decode")]
pub mod inventory;
pub mod level;
pub mod limits;
pub mod names;
pub mod options;
pub mod redact;
pub mod refusal;
pub mod retry;

pub use batch::{AggregatedBatch, AnonymousBatch, Batch, FullBatch};
pub use choice::Choice;
pub use hit::{EventHit, Hit, Props, ViewHit, Viewport};
pub use level::Level;
pub use refusal::Refusal;

/// The version of the wire. A collector refuses every other one with [`Refusal::UnsupportedVersion`].
pub const VERSION: u8 = 2;
