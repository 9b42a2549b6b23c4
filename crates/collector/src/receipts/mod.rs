//! Receipts: proof of a consent or of its withdrawal. The store keeps them, [`statement`] writes them out for the visitor.

pub mod statement;

use askfirst_wire::consent::Grant;

use crate::moment;

/// A receipt, as it is stored.
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
    /// The level that was granted or withdrawn.
    pub level: String,
    /// The policy number: a hash of the terms that were shown, made by the page.
    pub policy: u32,
    /// The question's text, stored once for all receipts. Empty if the site asked in its own words.
    pub text: String,
    /// BLAKE3 of the text, as hex. Empty if there is none.
    pub text_hash: String,
    /// BLAKE3 of the script that this collector served, as hex. Empty if it served none.
    pub code: String,
    /// Language of the text that was shown.
    pub lang: String,
    /// Whether askfirst's own banner asked.
    pub banner: bool,
    /// The receipt before this one, of the same id.
    pub previous: Option<String>,
    /// A keyed hash of the id, until the id is erased.
    pub id_hash: Option<String>,
}

impl Receipt {
    /// A receipt of a grant, created now and not stored yet.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn of_grant(grant: Grant, code: String) -> Result<Self, getrandom::Error> {
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

    /// Whether both prove the same consent, at whatever time.
    pub(crate) fn has_terms_of(&self, other: &Self) -> bool {
        let terms = |receipt: &Self| {
            let Self { site, action, level, policy, text_hash, code, lang, banner, .. } = receipt.clone();
            (site, action, level, policy, text_hash, code, lang, banner)
        };
        terms(self) == terms(other)
    }
}

/// 128 random bits as hex.
///
/// # Errors
/// If the system has no random numbers.
pub fn random_hex() -> Result<String, getrandom::Error> {
    use std::fmt::Write as _;
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
