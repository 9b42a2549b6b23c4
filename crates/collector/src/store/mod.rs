//! SQLite behind one writer thread. Whoever hands it work is answered after the commit, which is synced: what was answered
//! survives a killed process and a power cut. One commit serves all who wait.

mod cells;
mod counts;
mod damage;
mod days;
mod erase;
mod job;
mod mydata;
mod receipts;
mod retention;
mod rows;
pub mod schema;
mod seen;
mod strict;
mod sync;
mod uniques;
mod writer;

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::civil::Date;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};

pub use mydata::{StoredData, StoredHit, held};
pub use retention::RetentionPeriods;

use crate::config::{Bounds, Config};
use crate::intake::Intake;
use crate::metrics::Metrics;
use crate::moment::Moment;
use crate::receipts::Receipt;
use damage::Damage;
use job::{Job, Work};
use writer::Writer;

/// The file that a running collector has locked.
const LOCK: &str = "askfirst.lock";

/// Why the store cannot be opened or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// SQLite says so.
    #[error("the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The data directory or a file in it cannot be made or opened.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Another collector runs on the same data.
    #[error(
        "another askfirst-collector uses the data directory {0}: stop it, or give this one its own directory with --data"
    )]
    Locked(PathBuf),
    /// The file system does not bear a write-ahead log.
    #[error("the database cannot use a write-ahead log: move the data directory to a local file system")]
    NoWal,
    /// Written by a later program.
    #[error(
        "the database has tables of version {found}, but this program knows only version {known}: install the newer program"
    )]
    Newer {
        /// The database's version.
        found: u32,
        /// This program's.
        known: u32,
    },
    /// Written by an earlier program.
    #[error(
        "the database has tables of version {found}, but this program needs version {known}: start `askfirst-collector serve` once to migrate them"
    )]
    Older {
        /// The database's version.
        found: u32,
        /// This program's.
        known: u32,
    },
    /// A database that is none of ours.
    #[error(
        "the database is not a collector's: name the right directory with `data` in the configuration, or with --data"
    )]
    Foreign,
    /// The file does not hold together.
    #[error(
        "the database is damaged ({0}): stop the collector and restore the last backup, or save what can be read with `sqlite3 askfirst.db .recover`"
    )]
    Damaged(String),
    /// No database there yet.
    #[error(
        "no database at {0}: name its directory with `data` in the file given by --config, or with --data"
    )]
    Missing(PathBuf),
}

/// The store did not take it, and nothing of it was stored: try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// More wait than the queue takes.
    #[error("too many requests are waiting for the store")]
    Full,
    /// The writer has ended or the database refuses.
    #[error("the store is not available")]
    Down,
    /// A reader still holds what was to be erased. It is out of the tables, and its last bytes go when the reader ends.
    #[error("the erasure is waiting until a reader of the database closes it")]
    Busy,
}

/// What the store is told.
#[derive(Clone, Debug)]
pub struct Options {
    /// Requests that may wait.
    pub queue: usize,
    /// How long another process that holds the database is waited for.
    pub busy: Duration,
    /// For how long what is kept.
    pub keep: RetentionPeriods,
    /// What a day of a site may add.
    pub bounds: Bounds,
    /// The sites that are strict, each with its k.
    pub strict: HashMap<String, u32>,
}

impl From<&Config> for Options {
    fn from(config: &Config) -> Self {
        let strict = config.sites.iter().filter(|site| site.strict);
        Self {
            queue: config.edge.queue,
            busy: config.edge.busy(),
            keep: RetentionPeriods {
                receipts_days: config.receipts_keep_days,
                rows_months: config.rows_keep_months,
                counts_months: config.counts_keep_months,
            },
            bounds: config.bounds.clone(),
            strict: strict.map(|site| (site.name.clone(), site.k)).collect(),
        }
    }
}

/// A handle on the writer: clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    queue: SyncSender<Job>,
    secret: [u8; 32],
    file: PathBuf,
    readers: Arc<Semaphore>,
    metrics: Arc<Metrics>,
    damage: Damage,
}

/// The writer's thread, and the lock on the data directory.
#[derive(Debug)]
pub struct Running {
    queue: SyncSender<Job>,
    thread: JoinHandle<()>,
    lock: File,
}

impl Store {
    /// Opens the data directory, making it where it is missing, looks whether the database holds together, and starts the
    /// writer.
    ///
    /// # Errors
    /// Where the directory or the database cannot be used, or another collector uses it.
    ///
    /// # Panics
    /// Outside a tokio runtime: answers are given from within it.
    pub fn open(
        directory: &Path,
        options: &Options,
        metrics: Arc<Metrics>,
    ) -> Result<(Self, Running), StoreError> {
        make_private(directory)?;
        let lock = lock(directory)?;
        let file = directory.join(schema::FILE);
        let connection = schema::open_to_write(&file, options.busy)?;
        schema::check_whole(&connection)?;
        let secret = receipts::secret(&connection)?;
        let damage = Damage::default();
        let (numbers, damages) = (Arc::clone(&metrics), damage.clone());
        let writer = Writer::new(Handle::current(), &file, connection, options, numbers, damages)?;
        let (queue, jobs) = sync_channel(options.queue);
        let thread = std::thread::Builder::new()
            .name("store".into())
            .spawn(move || writer.run(&jobs))
            .map_err(|source| StoreError::File { path: directory.to_owned(), source })?;
        let running = Running { queue: queue.clone(), thread, lock };
        let readers = Arc::new(Semaphore::new(mydata::READERS));
        Ok((Self { queue, secret, file, readers, metrics, damage }, running))
    }

    /// The database's file, for reports.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Adds what a batch brings, once for each batch number.
    ///
    /// # Errors
    /// [`Unavailable`]: nothing was added.
    pub async fn add(&self, intake: Intake) -> Result<(), Unavailable> {
        self.work(Work::Add(intake)).await
    }

    /// Counts a refusal of consent.
    ///
    /// # Errors
    /// [`Unavailable`]: it was not counted.
    pub async fn deny(&self, site: &str, policy: u32, time: Moment) -> Result<(), Unavailable> {
        self.work(Work::Deny { site: site.to_owned(), policy, time }).await
    }

    /// Begins a day in which visitors are counted; one that was begun before is marked with a restart.
    ///
    /// # Errors
    /// [`Unavailable`]: it was not written.
    pub async fn begin_uniques(&self, site: &str, day: Date) -> Result<(), Unavailable> {
        self.work(Work::BeginUniques { site: site.to_owned(), day }).await
    }

    /// Writes how many visitors a day had, or what was seen of it.
    ///
    /// # Errors
    /// [`Unavailable`]: it was not written.
    pub async fn add_uniques(&self, site: &str, day: Date, estimate: u64) -> Result<(), Unavailable> {
        self.work(Work::AddUniques { site: site.to_owned(), day, estimate }).await
    }

    /// Keeps a grant of consent, with a keyed hash of the id, behind the last receipt of the same id. Answers the receipt as
    /// it was kept: that which is there already, where the page did not get the answer and sends the same grant again.
    ///
    /// # Errors
    /// [`Unavailable`]: it was not kept.
    pub async fn grant(&self, mut receipt: Receipt, id: &str) -> Result<Receipt, Unavailable> {
        let id_hash = receipts::id_hash(&self.secret, &receipt.site, id);
        receipt.id_hash = Some(id_hash);
        let kept = Arc::new(OnceLock::new());
        self.work(Work::Grant { receipt: receipt.clone(), kept: Arc::clone(&kept) }).await?;
        Ok(kept.get().cloned().unwrap_or(receipt))
    }

    /// Erases everything under an id, to the last byte in the files. What stands in the queue before it is erased too. Where
    /// there was a grant, its withdrawal gets a receipt, which names the `code` that this collector serves.
    ///
    /// # Errors
    /// [`Unavailable`]: it is not erased, or not to the last byte.
    pub async fn forget(&self, site: &str, id: &str, code: String) -> Result<(), Unavailable> {
        let id_hash = receipts::id_hash(&self.secret, site, id);
        let (site, id) = (site.to_owned(), id.to_owned());
        self.work(Work::Forget { site, id, id_hash, code, time: Moment::now() }).await
    }

    /// Reads what is kept under an id, without holding up the writer.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn my_data(&self, site: &str, id: &str) -> Result<StoredData, StoreError> {
        let id_hash = receipts::id_hash(&self.secret, site, id);
        let (file, site, id) = (self.file.clone(), site.to_owned(), id.to_owned());
        let failed =
            |why: String| StoreError::File { path: self.file.clone(), source: std::io::Error::other(why) };
        let permit =
            Arc::clone(&self.readers).acquire_owned().await.map_err(|error| failed(error.to_string()))?;
        let read = move || {
            let data = mydata::read(&file, &site, &id, &id_hash);
            drop(permit);
            data
        };
        let data = tokio::task::spawn_blocking(read).await.map_err(|error| failed(error.to_string()))?;
        data.inspect_err(|error| self.failed_to_read(error))
    }

    /// Takes note of what a reader met: after damage, nothing more is written.
    pub fn failed_to_read(&self, error: &StoreError) {
        if let StoreError::Sqlite(error) = error {
            self.damage.record(error);
        }
    }

    /// Asks the writer whether it can write.
    ///
    /// # Errors
    /// [`Unavailable`]: it cannot.
    pub async fn ping(&self) -> Result<(), Unavailable> {
        self.work(Work::Ping).await
    }

    async fn work(&self, work: Work) -> Result<(), Unavailable> {
        let (answer, answered) = oneshot::channel();
        self.metrics.queue.inc();
        self.queue.try_send(Job { work, answer }).map_err(|error| {
            self.metrics.queue.dec();
            match error {
                TrySendError::Full(_) => Unavailable::Full,
                TrySendError::Disconnected(_) => Unavailable::Down,
            }
        })?;
        answered.await.unwrap_or(Err(Unavailable::Down))
    }
}

impl Running {
    /// Notes in the lock's file where the collector is reached, for the commands that have something for it to do.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn announce(&mut self, address: &str) -> std::io::Result<()> {
        self.lock.set_len(0)?;
        self.lock.write_all(address.as_bytes())
    }

    /// Has the writer commit what it was given, and ends it. Later work is answered [`Unavailable`].
    pub fn stop(self) {
        let (answer, _) = oneshot::channel();
        // An error says that it has ended already.
        let _ = self.queue.send(Job { work: Work::Stop, answer });
        if self.thread.join().is_err() {
            tracing::error!("the writer panicked");
        }
    }
}

/// Makes the directory, readable by its owner only; one that is there already keeps its rights.
fn make_private(directory: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory).map_err(|source| StoreError::File { path: directory.to_owned(), source })
}

/// Where the collector is reached that runs on that data directory; empty where it has not said so.
///
/// # Errors
/// Where the lock's file cannot be read.
pub fn announced(directory: &Path) -> Result<String, StoreError> {
    let path = directory.join(LOCK);
    std::fs::read_to_string(&path).map_err(|source| StoreError::File { path, source })
}

/// Keeps a second collector off: batch numbers are remembered by one writer.
fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join(LOCK);
    // What stands in it is the other collector's, until the lock is ours.
    let file = match File::options().write(true).create(true).truncate(false).open(&path) {
        Ok(file) => file,
        Err(source) => return Err(StoreError::File { path, source }),
    };
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(directory.to_owned())),
        Err(TryLockError::Error(source)) => Err(StoreError::File { path, source }),
    }
}
