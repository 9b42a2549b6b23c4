//! SQLite behind one writer thread. Whoever hands it work is answered after the commit, which is synced: what was answered
//! survives a killed process and a power cut. One commit serves all who wait.

mod answers;
mod cells;
mod counts;
mod damage;
mod day_text;
mod days;
mod directory;
mod erase;
mod error;
mod grants;
mod job;
mod mydata;
mod options;
mod receipts;
mod retention;
mod rows;
pub mod schema;
mod seen;
mod strict;
mod sync;
mod uniques;
mod writer;

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use jiff::civil::Date;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, oneshot};

pub use directory::announced;
pub use error::{NotStored, StoreError};
pub use job::NewGrant;
pub use mydata::{StoredData, StoredHit, held};
pub use options::Options;
pub use retention::RetentionPeriods;

use crate::intake::{BatchKey, Intake};
use crate::metrics::Metrics;
use crate::moment::Moment;
use crate::receipts::Receipt;
use damage::Damage;
use directory::{lock, make_private};
use job::{Job, JobResult, Stored, Work};
use writer::Writer;

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

    /// Adds what a batch brings, once. Rows need a grant that is stored.
    ///
    /// # Errors
    /// Nothing was added.
    pub async fn add(&self, intake: Intake) -> Result<(), NotStored> {
        let id_hash = match &intake.key {
            BatchKey::Number(_) => None,
            BatchKey::Rows(owner) => Some(receipts::id_hash(&self.secret, &intake.site, &owner.id)),
        };
        self.work(Work::Add { intake, id_hash }).await.map(drop)
    }

    /// Counts a refusal of consent, once for its number.
    ///
    /// # Errors
    /// It was not counted.
    pub async fn deny(&self, site: &str, policy: u32, number: u64, time: Moment) -> Result<(), NotStored> {
        self.work(Work::Deny { site: site.to_owned(), policy, number, time }).await.map(drop)
    }

    /// Begins a day in which visitors are counted; one that was begun before is marked with a restart.
    ///
    /// # Errors
    /// It was not written.
    pub async fn begin_uniques(&self, site: &str, day: Date) -> Result<(), NotStored> {
        self.work(Work::BeginUniques { site: site.to_owned(), day }).await.map(drop)
    }

    /// Writes how many visitors a day had, or what was seen of it.
    ///
    /// # Errors
    /// It was not written.
    pub async fn add_uniques(&self, site: &str, day: Date, estimate: u64) -> Result<(), NotStored> {
        self.work(Work::AddUniques { site: site.to_owned(), day, estimate }).await.map(drop)
    }

    /// Stores a grant of consent behind the last receipt of the same id, with a keyed hash of the id. Returns the receipt as it is
    /// stored: the one that is there already if the page did not get the answer and sends the same grant again.
    ///
    /// # Errors
    /// It was not stored.
    pub async fn grant(&self, mut grant: NewGrant) -> Result<Receipt, NotStored> {
        grant.receipt.id_hash = Some(receipts::id_hash(&self.secret, &grant.receipt.site, &grant.id));
        match self.work(Work::Grant(grant)).await? {
            Stored::Grant(receipt) => Ok(*receipt),
            // The writer answers a grant with a receipt.
            Stored::All => Err(NotStored::Down),
        }
    }

    /// Erases everything under an id, to the last byte in the files. What stands in the queue before it is erased too, and what
    /// comes later is refused. Where there was a grant, its withdrawal gets a receipt, which names the `code` that this collector
    /// serves.
    ///
    /// # Errors
    /// It is not erased, or not to the last byte.
    pub async fn forget(&self, site: &str, id: &str, code: String) -> Result<(), NotStored> {
        let id_hash = receipts::id_hash(&self.secret, site, id);
        let (site, id) = (site.to_owned(), id.to_owned());
        self.work(Work::Forget { site, id, id_hash, code, time: Moment::now() }).await.map(drop)
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
    /// It cannot.
    pub async fn ping(&self) -> Result<(), NotStored> {
        self.work(Work::Ping).await.map(drop)
    }

    async fn work(&self, work: Work) -> JobResult {
        let (answer, answered) = oneshot::channel();
        self.metrics.queue.inc();
        self.queue.try_send(Job { work, answer }).map_err(|error| {
            self.metrics.queue.dec();
            match error {
                TrySendError::Full(_) => NotStored::Full,
                TrySendError::Disconnected(_) => NotStored::Down,
            }
        })?;
        answered.await.unwrap_or(Err(NotStored::Down))
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

    /// Has the writer commit what it was given, and ends it. Later work is answered [`NotStored::Down`].
    pub fn stop(self) {
        let (answer, _) = oneshot::channel();
        // An error says that it has ended already.
        let _ = self.queue.send(Job { work: Work::Stop, answer });
        if self.thread.join().is_err() {
            tracing::error!("the writer panicked");
        }
    }
}
