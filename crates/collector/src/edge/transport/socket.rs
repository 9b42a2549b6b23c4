//! A Unix socket for the private listener. Whoever may open the file may read the reports.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream as Probe;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use tokio::net::{UnixListener, UnixSocket, UnixStream};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 128;
/// Only the owner may open it.
const MODE: u32 = 0o600;

/// A listener on a socket file, which is removed when this is dropped.
#[derive(Debug)]
pub(in crate::edge) struct Socket {
    listener: UnixListener,
    _file: SocketFile,
}

/// The file of a socket. Device and inode identify it, in case another process replaces it.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Socket {
    /// Listens. Replaces the socket file of a killed collector, and nothing else.
    ///
    /// # Errors
    /// If the file cannot be created, is no socket, or another process listens there.
    pub(in crate::edge) fn bind(path: &Path) -> anyhow::Result<Self> {
        let at = path.display();
        make_room(path)?;
        let cannot = || format!("private: cannot listen on unix:{at}: choose another file with --private");
        let socket = UnixSocket::new_stream().with_context(cannot)?;
        socket.bind(path).with_context(cannot)?;
        let file = std::fs::metadata(path).with_context(cannot)?;
        let file = SocketFile { path: path.to_owned(), device: file.dev(), inode: file.ino() };
        // Before anybody can connect, which needs `listen`.
        std::fs::set_permissions(path, Permissions::from_mode(MODE)).with_context(cannot)?;
        let listener = socket.listen(BACKLOG).with_context(cannot)?;
        Ok(Self { listener, _file: file })
    }

    pub(super) async fn accept(&self) -> io::Result<UnixStream> {
        self.listener.accept().await.map(|(stream, _)| stream)
    }
}

/// Removes a socket file on which nobody listens.
fn make_room(path: &Path) -> anyhow::Result<()> {
    let at = path.display();
    let Ok(there) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !there.file_type().is_socket() {
        bail!("private: {at} exists and is not a socket: choose another file with --private");
    }
    match Probe::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).with_context(|| format!("private: cannot replace {at}"))
        }
        Ok(_) => bail!("private: another program listens on unix:{at}: choose another file with --private"),
        Err(error) => Err(error)
            .with_context(|| format!("private: cannot check whether a program listens on unix:{at}")),
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        let ours = std::fs::symlink_metadata(&self.path)
            .is_ok_and(|file| (file.dev(), file.ino()) == (self.device, self.inode));
        if ours && let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "the socket file cannot be removed");
        }
    }
}
