//! Everything stored under an id, for whoever has the id. It is read beside the writer, like a report.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde_json::Value;

use super::error::StoreError;
use super::{receipts, schema};
use crate::receipts::Receipt;

/// The most readers at once. What they read must fit into memory, and an erasure waits for all of them.
pub(super) const READERS: usize = 2;
/// The most hits of one answer, newest first. A browser sends fewer in 13 months; a client that invents ids may send more.
const HITS: u32 = 10_000;
/// The most receipts of one answer.
const RECEIPTS: u32 = 100;
/// How long a reader waits for the database.
const BUSY: Duration = Duration::from_secs(2);

/// Everything stored under an id.
#[derive(Debug, Default)]
pub struct StoredData {
    /// Receipts that still hold the id's hash, newest first.
    pub receipts: Vec<Receipt>,
    /// Hits, newest first.
    pub hits: Vec<StoredHit>,
    /// How many receipts and hits, the oldest, do not fit into one answer.
    pub left_out: u64,
}

/// A row of the table `events`, without the site and the id, which were asked for.
#[derive(Debug, Serialize)]
pub struct StoredHit {
    seq: i64,
    batch: String,
    place: u32,
    level: String,
    kind: String,
    minute: String,
    page: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    referrer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    medium: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    viewport: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    os: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    props: Option<Value>,
}

impl StoredHit {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            batch: row.get("batch")?,
            place: row.get("place")?,
            level: row.get("level")?,
            kind: row.get("kind")?,
            minute: row.get("minute")?,
            page: row.get("page")?,
            subject: row.get("subject")?,
            referrer: row.get("referrer")?,
            entry: row.get("entry")?,
            source: row.get("source")?,
            medium: row.get("medium")?,
            campaign: row.get("campaign")?,
            viewport: row.get("viewport")?,
            device: row.get("device")?,
            browser: row.get("browser")?,
            os: row.get("os")?,
            language: row.get("language")?,
            country: row.get("country")?,
            name: row.get("name")?,
            props: row.get::<_, Option<String>>("props")?.and_then(|json| serde_json::from_str(&json).ok()),
        })
    }
}

/// Reads what is kept under an id, all of it as of one moment.
pub(super) fn read(file: &Path, site: &str, id: &str, id_hash: &str) -> Result<StoredData, StoreError> {
    let connection = schema::open_to_read(file, BUSY)?;
    let moment = connection.unchecked_transaction()?;
    let receipts = receipts::of_id(&moment, id_hash, RECEIPTS)?;
    let hits: Vec<StoredHit> = moment
        .prepare("SELECT * FROM events WHERE id = ?1 AND site = ?2 ORDER BY seq DESC LIMIT ?3")?
        .query_map(params![id, site, HITS], StoredHit::read)?
        .collect::<Result<_, _>>()?;
    let all = count(&moment, "SELECT count(*) FROM events WHERE id = ?1 AND site = ?2", &[id, site])?
        + count(&moment, "SELECT count(*) FROM receipts WHERE id_hash = ?1", &[id_hash])?;
    let answered = (receipts.len() + hits.len()) as u64;
    Ok(StoredData { receipts, hits, left_out: all.saturating_sub(answered) })
}

/// How many rows stand under an id, and how many receipts lead to it.
///
/// # Errors
/// Where the database cannot be read.
pub fn held(file: &Path, site: &str, id: &str) -> Result<u64, StoreError> {
    let connection = schema::open_to_read(file, BUSY)?;
    let moment = connection.unchecked_transaction()?;
    let id_hash = receipts::id_hash(&receipts::secret(&moment)?, site, id);
    Ok(count(&moment, "SELECT count(*) FROM events WHERE id = ?1 AND site = ?2", &[id, site])?
        + count(&moment, "SELECT count(*) FROM receipts WHERE id_hash = ?1", &[&id_hash])?)
}

fn count(connection: &Connection, query: &str, values: &[&str]) -> rusqlite::Result<u64> {
    connection.query_row(query, rusqlite::params_from_iter(values), |row| row.get::<_, u32>(0)).map(u64::from)
}
