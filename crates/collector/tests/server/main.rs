//! The collector as its clients meet it: a real server on a port of its own, a real database, real HTTP. One file for each
//! route, and for each promise that several routes keep.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod backup;
mod bots;
mod choice;
mod cli;
mod clock;
mod collect;
mod collector_id;
mod common;
mod consent;
mod context;
mod day;
mod deadlines;
mod demo;
mod disk;
mod doctor;
mod durable;
#[cfg(feature = "embed")]
mod embedded;
mod erase;
#[cfg(feature = "parquet")]
mod export;
mod files;
mod flood;
mod forget;
mod grants;
mod health;
mod hostile;
mod limits;
mod logs;
mod metrics;
mod mydata;
mod networks;
mod older;
#[cfg(unix)]
mod openapi;
mod origins;
#[cfg(target_os = "linux")]
mod outbound;
mod page;
mod pinned;
mod privacy;
#[cfg(unix)]
mod private;
#[cfg(unix)]
mod proxies;
#[cfg(unix)]
mod proxy;
mod receipts;
mod report;
mod retention;
mod revenue;
mod script;
#[cfg(unix)]
mod secure;
mod signal;
mod slow;
mod strict;
mod synced;
#[cfg(unix)]
mod tls;
mod uniques;
mod vectors;
#[cfg(unix)]
mod verify;
mod well_known;
