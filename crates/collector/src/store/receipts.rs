//! The table of receipts, which holds a keyed hash of the id until the id is erased.

use rusqlite::{Connection, params};

use super::schema;
use crate::moment;
use crate::receipts::{Receipt, random_hex};

/// The key that ids are hashed with. It is created with the database.
pub(super) fn secret(connection: &Connection) -> Result<[u8; 32], super::error::StoreError> {
    if let Some(known) = schema::get(connection, "receipt_key")? {
        let hash = blake3::Hash::from_hex(known).map_err(|_| super::error::StoreError::Foreign)?;
        return Ok(*hash.as_bytes());
    }
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| super::error::StoreError::File {
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

/// A grant that was stored.
pub(super) enum StoredGrant {
    /// Now.
    New(Receipt),
    /// Before: the page sent the same grant again.
    Before(Receipt),
}

/// Stores a grant after the last receipt of the same id. A grant with the terms of the last one is a retry.
pub(super) fn grant(connection: &Connection, receipt: &Receipt) -> rusqlite::Result<StoredGrant> {
    let last = match &receipt.id_hash {
        Some(id_hash) => last(connection, id_hash)?,
        None => None,
    };
    let previous = match last {
        Some(last) if last.has_terms_of(receipt) => return Ok(StoredGrant::Before(last)),
        last => last.map(|last| last.receipt),
    };
    if !receipt.text.is_empty() {
        connection
            .prepare_cached(
                "INSERT INTO texts (hash, text) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM texts WHERE hash = ?1)",
            )?
            .execute([&receipt.text_hash, &receipt.text])?;
    }
    insert(connection, receipt, previous.as_deref())?;
    Ok(StoredGrant::New(Receipt { previous, ..receipt.clone() }))
}

/// Removes the id's hash from its receipts. If there was a grant, stores a receipt of the withdrawal and returns true.
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
    insert(connection, &withdrawal, Some(&granted.receipt))?;
    Ok(true)
}

fn insert(connection: &Connection, receipt: &Receipt, previous: Option<&str>) -> rusqlite::Result<()> {
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

/// The receipts of an id, newest first, at most `most`.
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
