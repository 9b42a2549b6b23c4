//! `askfirst-collector backup`.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::Args;

use super::output_file::OutputFile;
use super::{Place, print};
use crate::backup;
use crate::store::schema;

/// Progress is shown for databases of at least this many pages: 64 MiB.
const LARGE: i32 = 16 * 1024;

#[derive(Args, Debug)]
pub(super) struct Backup {
    #[command(flatten)]
    place: Place,
    /// File to write. Only its owner can read it.
    #[arg(value_name = "FILE")]
    to: PathBuf,
    /// Overwrite an existing file.
    #[arg(long)]
    force: bool,
}

impl Backup {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let file = self.place.config()?.data.join(schema::FILE);
        let output = OutputFile::new(&self.to, self.force)?;
        let mut progress = Progress::default();
        let terminal = std::io::stderr().is_terminal();
        backup::copy(&file, output.path(), |done, all| {
            if let Some(percent) = progress.next(done, all).filter(|_| terminal) {
                eprintln!("{percent} % copied");
            }
        })?;
        output.finish()?;
        let bytes = std::fs::metadata(&self.to)?.len();
        print(&format!("backed up to {}: {bytes} bytes, as of the start of the backup\n", self.to.display()))
    }
}

/// The last tenth that was reported.
#[derive(Debug, Default)]
struct Progress(i32);

impl Progress {
    /// The percentage to print. `None` if it was printed before, or the database is small.
    fn next(&mut self, done: i32, all: i32) -> Option<i32> {
        let tenth = i32::try_from(i64::from(done) * 10 / i64::from(all.max(1))).unwrap_or(10);
        if all < LARGE || tenth <= self.0 {
            return None;
        }
        self.0 = tenth;
        Some(tenth * 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_copies_tell_each_tenth_once_and_small_ones_nothing() {
        let shown = |all: i32| {
            let mut progress = Progress::default();
            (0..=100).filter_map(|step| progress.next(all / 100 * step, all)).collect::<Vec<_>>()
        };
        assert_eq!(shown(1_000_000), [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
        assert_eq!(shown(i32::MAX / 100 * 100).len(), 10, "as many pages as a database may have");
        assert_eq!(shown(1000), [0; 0]);
        assert_eq!(Progress::default().next(0, 0), None);
    }
}
