//! Receipts: proof of a consent, which holds a keyed hash of the id until the id is erased.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;

use super::schema;
use crate::moment;

/// A receipt, as its visitor gets it.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// 128 random bits as hex.
    pub receipt: String,
    /// The collector's clock, to the second, UTC.
    pub time: String,
    /// The site.
    pub site: String,
    /// `grant` or `withdraw`.
    pub action: &'static str,
    /// What was agreed to, or what was withdrawn.
    pub level: String,
    /// The number of the policy that was shown.
    pub policy: u32,
    /// Language of the text that was shown.
    pub lang: String,
    /// Whether our own banner asked.
    pub banner: bool,
}

impl Receipt {
    /// A receipt of a grant, made now.
    ///
    /// # Errors
    /// Where the system has no randomness to give.
    pub fn of_grant(grant: askfirst_wire::consent::Grant) -> Result<Self, getrandom::Error> {
        Ok(Self {
            receipt: random_hex()?,
            time: moment::second_text(),
            site: grant.site,
            action: "grant",
            level: grant.level.as_str().to_owned(),
            policy: grant.policy,
            lang: grant.lang,
            banner: grant.banner,
        })
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

/// Keeps a receipt.
pub(super) fn keep(
    connection: &Connection,
    receipt: &Receipt,
    id_hash: Option<&str>,
) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO receipts (receipt, time, site, action, level, policy, lang, banner, id_hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let Receipt { receipt, time, site, action, level, policy, lang, banner } = receipt;
    insert.execute(params![receipt, time, site, action, level, policy, lang, banner, id_hash]).map(drop)
}

/// Cuts the tie between receipts and an id, and keeps a receipt of the withdrawal where there was a grant; whether there was.
pub(super) fn withdraw(connection: &Connection, id_hash: &str, spare: &str) -> rusqlite::Result<bool> {
    let grant = connection
        .prepare_cached(
            "SELECT site, level, policy, lang, banner FROM receipts WHERE id_hash = ?1 AND action = 'grant'
             ORDER BY time DESC LIMIT 1",
        )?
        .query_row([id_hash], |row| {
            Ok(Receipt {
                receipt: spare.to_owned(),
                time: moment::second_text(),
                site: row.get(0)?,
                action: "withdraw",
                level: row.get(1)?,
                policy: row.get(2)?,
                lang: row.get(3)?,
                banner: row.get(4)?,
            })
        })
        .optional()?;
    let Some(withdrawal) = grant else { return Ok(false) };
    connection.prepare_cached("UPDATE receipts SET id_hash = NULL WHERE id_hash = ?1")?.execute([id_hash])?;
    keep(connection, &withdrawal, None)?;
    Ok(true)
}

/// 128 random bits as hex.
pub(super) fn random_hex() -> Result<String, getrandom::Error> {
    use std::fmt::Write as _;
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
