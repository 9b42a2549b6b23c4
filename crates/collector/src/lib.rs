//! The askfirst server: collects page views and events, stores them in SQLite, and reports on them.
//!
//! Hits flow in one direction: [`edge`] (HTTP) → [`intake`] (check, coarsen) → [`store`] (count or store) → [`report`]. The
//! configuration lists the sites. `askfirst-wire` defines what a hit may contain.
//!
//! | module | subject |
//! |---|---|
//! | [`backup`] | a copy of the database while it is in use |
//! | `builds` | the builds of the script, with their hashes |
//! | [`cli`] | the command line |
//! | [`config`] | sites, addresses, deadlines: from a file, with working defaults |
//! | [`moment`] | the collector's clock: minutes, hours, days in UTC |
//! | [`context`] | device, browser, language and country of a request, coarsened |
//! | [`doctor`] | checks for privacy and security problems |
//! | [`edge`] | listeners, routes, answers, static files, deadlines |
//! | [`export`] | counts, rows and receipts as CSV, NDJSON and Parquet |
//! | [`intake`] | a checked message becomes increments and rows (pure) |
//! | [`memory`] | keeps memory out of crash dumps |
//! | [`metrics`] | metrics for Prometheus |
//! | `plural` | counts in messages |
//! | [`receipts`] | proof of a consent, and how the visitor gets it |
//! | [`store`] | SQLite behind one writer thread: group commit, erasure, receipts |
//! | [`uniques`] | the daily visitor estimate, in memory, for sites that turn it on |
//! | [`report`] | folded counts from the store, as JSON, table or page |

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
