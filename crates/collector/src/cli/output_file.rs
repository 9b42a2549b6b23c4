//! Output files of commands. They are written under a temporary name, readable by their owner only, and renamed once they are
//! complete and synced. So a file under the final name is always complete.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use tempfile::NamedTempFile;

/// A file that is being written. Dropping it deletes it.
#[derive(Debug)]
pub(super) struct OutputFile {
    file: NamedTempFile,
    to: PathBuf,
    force: bool,
}

impl OutputFile {
    /// Begins a file that will be called `to`. With `force`, it replaces an existing file.
    ///
    /// # Errors
    /// If the file exists and `force` is not set, or its directory cannot be written to.
    pub(super) fn new(to: &Path, force: bool) -> anyhow::Result<Self> {
        ensure!(
            force || !to.exists(),
            "{} exists: choose another name, or overwrite it with --force",
            to.display()
        );
        ensure!(!to.is_dir(), "{} is a directory: name a file", to.display());
        let file = tempfile::Builder::new()
            .prefix(".askfirst-")
            .suffix(".part")
            .tempfile_in(directory(to))
            .with_context(|| format!("cannot write to {}", directory(to).display()))?;
        Ok(Self { file, to: to.to_owned(), force })
    }

    /// The temporary path.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// A handle to write with.
    ///
    /// # Errors
    /// If the system has no more handles.
    pub(super) fn handle(&self) -> std::io::Result<File> {
        self.file.as_file().try_clone()
    }

    /// Syncs the file and gives it its final name.
    ///
    /// # Errors
    /// If the disk refuses, or the final name exists by now and `force` is not set.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        let Self { file, to, force } = self;
        file.as_file().sync_all()?;
        let named = if force { file.persist(&to) } else { file.persist_noclobber(&to) };
        named.with_context(|| format!("cannot write {}", to.display()))?;
        // The name survives a power cut too, if the system can sync directories.
        let _ = File::open(directory(&to)).and_then(|directory| directory.sync_all());
        Ok(())
    }
}

fn directory(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn it_is_whole_or_not_there() {
        let directory = tempfile::tempdir().unwrap();
        let to = directory.path().join("out");
        let file = OutputFile::new(&to, false).unwrap();
        file.handle().unwrap().write_all(b"half").unwrap();
        assert!(!to.exists());
        drop(file);
        assert_eq!(names(directory.path()), [""; 0], "nothing is left of what was not finished");

        let file = OutputFile::new(&to, false).unwrap();
        file.handle().unwrap().write_all(b"whole").unwrap();
        file.finish().unwrap();
        assert_eq!(names(directory.path()), ["out"]);
        assert_eq!(std::fs::read(&to).unwrap(), b"whole");
    }

    #[test]
    fn what_is_there_stays_unless_forced() {
        let directory = tempfile::tempdir().unwrap();
        let to = directory.path().join("out");
        let late = OutputFile::new(&to, false).unwrap();
        std::fs::write(&to, "first").unwrap();
        assert!(OutputFile::new(&to, false).unwrap_err().to_string().contains("--force"));
        assert!(late.finish().is_err(), "also where it came while this one was written");
        assert_eq!(std::fs::read(&to).unwrap(), b"first");
        OutputFile::new(&to, true).unwrap().finish().unwrap();
        assert_eq!(std::fs::read(&to).unwrap(), b"");
        assert!(OutputFile::new(directory.path(), true).unwrap_err().to_string().contains("directory"));
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        let to = directory.path().join("out");
        let file = OutputFile::new(&to, false).unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(file.path()), 0o600);
        file.finish().unwrap();
        assert_eq!(mode(&to), 0o600);
    }
}
