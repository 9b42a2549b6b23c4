//! Receipts: proof of a consent, which holds a keyed hash of the id until the id is erased.

use rusqlite::{Connection, params};

use super::schema;
use crate::moment;

/// A receipt, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// 128 random bits as hex.
    pub receipt: String,
    /// The collector's clock, to the second, UTC.
    pub time: String,
    /// The site.
    pub site: String,
    /// `grant` or `withdraw`.
    pub action: String,
    /// What was agreed to, or what was withdrawn.
    pub level: String,
    /// The number of the terms that were shown: a hash of them, made by the page.
    pub policy: u32,
    /// The words that asked, kept once for all receipts; empty where they were not ours.
    pub text: String,
    /// A hash of the words: BLAKE3 as hex; empty where there are none.
    pub text_hash: String,
    /// A hash of the script that this collector served: BLAKE3 as hex; empty where it served none.
    pub code: String,
    /// Language of the text that was shown.
    pub lang: String,
    /// Whether our own banner asked.
    pub banner: bool,
    /// The receipt before this one, of the same id.
    pub previous: Option<String>,
    /// A keyed hash of the id, until the id is erased.
    pub id_hash: Option<String>,
}

impl Receipt {
    /// A receipt of a grant, made now, that is not kept yet.
    ///
    /// # Errors
    /// Where the system has no randomness to give.
    pub fn of_grant(grant: askfirst_wire::consent::Grant, code: String) -> Result<Self, getrandom::Error> {
        let text_hash = match grant.text.as_str() {
            "" => String::new(),
            text => blake3::hash(text.as_bytes()).to_hex().to_string(),
        };
        Ok(Self {
            receipt: random_hex()?,
            time: moment::second_text(),
            site: grant.site,
            action: grant.action.as_str().to_owned(),
            level: grant.level.as_str().to_owned(),
            policy: grant.policy,
            text: grant.text,
            text_hash,
            code,
            lang: grant.lang,
            banner: grant.banner,
            previous: None,
            id_hash: None,
        })
    }
}

impl Receipt {
    /// Whether both prove the same, whenever it was.
    fn says(&self, other: &Self) -> bool {
        let terms = |receipt: &Self| {
            let Self { site, action, level, policy, text_hash, code, lang, banner, .. } = receipt.clone();
            (site, action, level, policy, text_hash, code, lang, banner)
        };
        terms(self) == terms(other)
    }
}

/// The key of the ids' hashes: made with the database.
pub(super) fn secret(connection: &Connection) -> Result<[u8; 32], super::StoreError> {
    if let Some(known) = schema::get(connection, "receipt_key")? {
        let hash = blake3::Hash::from_hex(known).map_err(|_| super::StoreError::Foreign)?;
        return Ok(*hash.as_bytes());
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| super::StoreError::File {
        path: "the system's random numbers".into(),
        source: std::io::Error::other(error.to_string()),
    })?;
    schema::put(connection, "receipt_key", blake3::Hash::from_bytes(secret).to_hex().as_str())?;
    Ok(secret)
}

/// A keyed hash of an id at a site.
pub(super) fn id_hash(secret: &[u8; 32], site: &str, id: &str) -> String {
    let mut hasher = blake3::Hasher::new_keyed(secret);
    hasher.update(site.as_bytes()).update(&[0]).update(id.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// Keeps a grant behind the last receipt of the same id; the receipt as it is kept. A grant that says what the last one says
/// is the same one, sent again.
pub(super) fn grant(connection: &Connection, receipt: &Receipt) -> rusqlite::Result<Receipt> {
    let last = match &receipt.id_hash {
        Some(id_hash) => last(connection, id_hash)?,
        None => None,
    };
    let previous = match last {
        Some(last) if last.says(receipt) => return Ok(last),
        last => last.map(|last| last.receipt),
    };
    if !receipt.text.is_empty() {
        connection
            .prepare_cached(
                "INSERT INTO texts (hash, text) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM texts WHERE hash = ?1)",
            )?
            .execute([&receipt.text_hash, &receipt.text])?;
    }
    keep(connection, receipt, previous.as_deref())?;
    Ok(Receipt { previous, ..receipt.clone() })
}

/// Cuts the tie between receipts and an id, and keeps a receipt of the withdrawal where there was a grant; whether there was.
pub(super) fn withdraw(connection: &Connection, id_hash: &str, code: &str) -> rusqlite::Result<bool> {
    let Some(granted) = last(connection, id_hash)? else { return Ok(false) };
    connection.prepare_cached("UPDATE receipts SET id_hash = NULL WHERE id_hash = ?1")?.execute([id_hash])?;
    let withdrawal = Receipt {
        receipt: random_hex().map_err(|_| rusqlite::Error::InvalidQuery)?,
        time: moment::second_text(),
        action: "withdraw".to_owned(),
        code: code.to_owned(),
        id_hash: None,
        ..granted
    };
    keep(connection, &withdrawal, Some(&granted.receipt))?;
    Ok(true)
}

fn keep(connection: &Connection, receipt: &Receipt, previous: Option<&str>) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO receipts
             (receipt, time, site, action, level, policy, text_hash, code, lang, banner, previous, id_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    insert
        .execute(params![
            receipt.receipt,
            receipt.time,
            receipt.site,
            receipt.action,
            receipt.level,
            receipt.policy,
            receipt.text_hash,
            receipt.code,
            receipt.lang,
            receipt.banner,
            previous,
            receipt.id_hash,
        ])
        .map(drop)
}

/// The last receipt of an id.
fn last(connection: &Connection, id_hash: &str) -> rusqlite::Result<Option<Receipt>> {
    of_id(connection, id_hash, 1).map(|mut receipts| receipts.pop())
}

/// The receipts of an id, newest first, at most so many.
pub(super) fn of_id(connection: &Connection, id_hash: &str, most: u32) -> rusqlite::Result<Vec<Receipt>> {
    connection
        .prepare_cached(
            "SELECT receipts.*, coalesce(texts.text, '') AS text FROM receipts LEFT JOIN texts ON hash = text_hash
             WHERE id_hash = ?1 ORDER BY receipts.rowid DESC LIMIT ?2",
        )?
        .query_map(params![id_hash, most], |row| {
            Ok(Receipt {
                receipt: row.get("receipt")?,
                time: row.get("time")?,
                site: row.get("site")?,
                action: row.get("action")?,
                level: row.get("level")?,
                policy: row.get("policy")?,
                text: row.get("text")?,
                text_hash: row.get("text_hash")?,
                code: row.get("code")?,
                lang: row.get("lang")?,
                banner: row.get("banner")?,
                previous: row.get("previous")?,
                id_hash: row.get("id_hash")?,
            })
        })?
        .collect()
}

/// 128 random bits as hex.
///
/// # Errors
/// Where the system has no randomness to give.
pub fn random_hex() -> Result<String, getrandom::Error> {
    use std::fmt::Write as _;
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
