//! The script that this collector serves, by its hash: a receipt names it, so that the code that asked can be found again.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// The script's file, and its hash as long as the file is the same.
#[derive(Debug)]
pub(super) struct Code {
    file: PathBuf,
    known: Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    modified: SystemTime,
    length: u64,
    hash: String,
}

impl Code {
    /// The script in that directory.
    pub(super) fn new(assets: &Path) -> Self {
        Self { file: assets.join(crate::builds::SCRIPT), known: Mutex::new(None) }
    }

    /// BLAKE3 of the file as it stands there now, as hex; empty where none does. Read again only where its time or length
    /// has changed.
    pub(super) async fn hash(&self) -> String {
        let Ok(file) = tokio::fs::metadata(&self.file).await else { return String::new() };
        let Ok(modified) = file.modified() else { return String::new() };
        let length = file.len();
        if let Some(known) = &*self.known.lock().unwrap_or_else(PoisonError::into_inner)
            && (known.modified, known.length) == (modified, length)
        {
            return known.hash.clone();
        }
        let Ok(bytes) = tokio::fs::read(&self.file).await else { return String::new() };
        let hash = blake3::hash(&bytes).to_hex().to_string();
        let known = Known { modified, length, hash: hash.clone() };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        hash
    }
}
