//! Files that hold a secret.

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, ensure};

/// Reads a file that not every user of this machine can read.
///
/// # Errors
/// Names the key, the file, and the command that fixes it.
pub(crate) fn read(key: &str, path: &Path) -> anyhow::Result<String> {
    let cannot = || format!("{key}: cannot read {}", path.display());
    let file = File::open(path).with_context(cannot)?;
    ensure!(
        !is_open_to_all(&file).with_context(cannot)?,
        "{key}: every user of this machine can read or write {0}: run chmod o= {0}",
        path.display()
    );
    std::io::read_to_string(file).with_context(cannot)
}

#[cfg(unix)]
fn is_open_to_all(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(file.metadata()?.mode() & 0o006 != 0)
}

#[cfg(not(unix))]
fn is_open_to_all(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_everybody_can_read_is_no_secret() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        assert!(format!("{:#}", read("token_file", &path).unwrap_err()).contains("token_file: cannot read"));
        std::fs::write(&path, "secret").unwrap();
        for (mode, read_it) in [(0o600, true), (0o640, true), (0o644, false), (0o602, false)] {
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            match read("token_file", &path) {
                Ok(text) => assert!(read_it && text == "secret", "{mode:o}"),
                Err(error) => {
                    let said = format!("{error:#}");
                    assert!(!read_it && said.contains(&format!("chmod o= {}", path.display())), "{said}");
                }
            }
        }
    }
}
