//! askfirst's collector: takes what the snippet sends, counts or keeps it, reports.
//!
//! A hit's way goes in one direction: [`edge`] (HTTP) → [`intake`] (check, coarsen) → [`store`] (count or keep) →
//! [`report`]. The configuration says which sites there are; what a hit may say at all is the business of `askfirst-wire`.
//!
//! | module | subject |
//! |---|---|
//! | [`backup`] | a copy of the database while it is in use |
//! | `builds` | what the script consists of, by version, with hashes |
//! | [`cli`] | the command line |
//! | [`config`] | sites, addresses, deadlines: from a file, with defaults that run |
//! | [`moment`] | the collector's clock: minutes, hours, days in UTC |
//! | [`context`] | what a request shows by itself, made coarse |
//! | [`doctor`] | what would undo the promises |
//! | [`edge`] | listeners, routes, answers, static files, deadlines |
//! | [`export`] | counts, rows and receipts as CSV, NDJSON and Parquet |
//! | [`intake`] | a checked message becomes increments and rows (pure) |
//! | [`memory`] | what of it may not end on a disk |
//! | [`metrics`] | numbers about its own work, for Prometheus |
//! | [`receipts`] | proof of a consent, and how the visitor gets it |
//! | `plural` | counts in messages |
//! | [`store`] | SQLite behind one writer thread: group commit, erasure, receipts |
//! | [`uniques`] | the visitors of a day, estimated in memory, for sites that ask for it |
//! | [`report`] | counts out of the store, folded, as JSON, table or page |

pub mod backup;
mod builds;
pub mod cli;
pub mod config;
pub mod context;
pub mod doctor;
pub mod edge;
pub mod export;
pub mod intake;
pub mod memory;
pub mod metrics;
pub mod moment;
mod plural;
pub mod receipts;
pub mod report;
pub mod store;
pub mod uniques;
