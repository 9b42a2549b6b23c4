//! The files inside this program: the script with what it loads, and the demo. `build.rs` lists them.

use std::future::{Ready, ready};
use std::io::{self, Cursor, ErrorKind, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use std::time::SystemTime;

use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The script, and what it loads.
pub(crate) const SCRIPT: Embedded = Embedded(SCRIPT_FILES);
/// The demo site.
pub(crate) const DEMO: Embedded = Embedded(DEMO_FILES);

/// When this program was written to the disk: browsers ask whether a file has changed since. It is the same after a restart, and
/// another one after an update.
static WRITTEN: LazyLock<SystemTime> = LazyLock::new(|| {
    let program = std::env::current_exe().and_then(std::fs::metadata);
    program.and_then(|program| program.modified()).unwrap_or_else(|_| SystemTime::now())
});

/// A directory inside the program: paths with their bytes, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Embedded(&'static [(&'static str, &'static [u8])]);

impl Embedded {
    /// The bytes of a file; none if there is no such file.
    pub(crate) fn get(self, path: &str) -> Option<&'static [u8]> {
        let place = self.0.binary_search_by_key(&path, |&(name, _)| name).ok()?;
        self.0.get(place).map(|&(_, bytes)| bytes)
    }

    /// The paths of all files.
    pub(crate) fn paths(self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|&(name, _)| name)
    }

    fn look(self, path: &Path) -> io::Result<Found> {
        let names: Vec<&str> = path
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => name.to_str(),
                _ => None,
            })
            .collect();
        let path = names.join("/");
        if let Some(bytes) = self.get(&path) {
            return Ok(Found::File(bytes));
        }
        let is_folder = path.is_empty()
            || self.paths().any(|file| file.strip_prefix(&path).is_some_and(|rest| rest.starts_with('/')));
        if is_folder { Ok(Found::Directory) } else { Err(ErrorKind::NotFound.into()) }
    }
}

/// What is at a path.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Found {
    Directory,
    File(&'static [u8]),
}

impl Metadata for Found {
    fn is_dir(&self) -> bool {
        matches!(self, Self::Directory)
    }

    fn modified(&self) -> io::Result<SystemTime> {
        Ok(*WRITTEN)
    }

    fn len(&self) -> u64 {
        match self {
            Self::Directory => 0,
            Self::File(bytes) => bytes.len() as u64,
        }
    }
}

impl Backend for Embedded {
    type File = Opened;
    type Metadata = Found;
    type OpenFuture = Ready<io::Result<Opened>>;
    type MetadataFuture = Ready<io::Result<Found>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.look(&path).and_then(|found| match found {
            Found::File(bytes) => Ok(Opened(Cursor::new(bytes))),
            Found::Directory => Err(ErrorKind::IsADirectory.into()),
        }))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.look(&path))
    }
}

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Opened(Cursor<&'static [u8]>);

impl AsyncRead for Opened {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncSeek for Opened {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.0).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.0).poll_complete(context)
    }
}

impl File for Opened {
    type Metadata = Found;
    type MetadataFuture<'a> = Ready<io::Result<Found>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(Found::File(self.0.get_ref())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_a_directory_are_found_by_their_paths_and_nothing_else() {
        let files = Embedded(&[("a.js", b"1"), ("docs/index.html", b"22")]);
        let length = |path: &str| files.look(Path::new(path)).map(|found| (found.is_dir(), found.len()));
        assert_eq!(length("./a.js").unwrap(), (false, 1));
        assert_eq!(length("./docs/index.html").unwrap(), (false, 2));
        assert_eq!(length("./docs").unwrap(), (true, 0));
        assert_eq!(length("./").unwrap(), (true, 0));
        for path in ["./doc", "./a", "./a.js/b", "./docs/b"] {
            assert_eq!(length(path).unwrap_err().kind(), ErrorKind::NotFound, "{path}");
        }
    }

    #[test]
    fn everything_that_the_script_may_load_is_inside() {
        for name in [crate::builds::SCRIPT].into_iter().chain(crate::builds::PARTS) {
            for ending in ["", ".br", ".gz"] {
                assert!(SCRIPT.get(&format!("{name}{ending}")).is_some(), "{name}{ending}");
            }
        }
        assert!(SCRIPT.get("askfirst-texts/de.json").is_some() && SCRIPT.get("index.js").is_none());
        assert!(DEMO.get("index.html").is_some() && DEMO.get("404.html").is_some());
    }
}
