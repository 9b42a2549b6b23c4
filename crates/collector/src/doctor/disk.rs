//! The data directory: who can read it, how much space is left, and which file system it is on.

use std::io::ErrorKind;
use std::path::Path;

use super::Finding;
use crate::store::schema;

/// Bytes of free space below which commits will soon fail.
const LITTLE: u64 = 100 << 20;
/// Bytes of free space that are enough for a small database.
const ENOUGH: u64 = 1 << 30;
const MIB: u64 = 1 << 20;

pub(super) fn examine(data: &Path) -> Vec<Finding> {
    let place = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    if let Err(error) = data.read_dir() {
        let fix = match error.kind() {
            ErrorKind::PermissionDenied => "run this command as root, or as the collector's user",
            _ => {
                "name the directory with `data` in the file given by --config, or with --data; if the collector has not run yet, start `askfirst-collector serve` once"
            }
        };
        let says = format!("no data directory at {}: {error}", place.display());
        return vec![Finding::error("data", says, fix)];
    }
    let mut findings = Vec::new();
    #[cfg(unix)]
    {
        findings.push(rights(data));
        findings.extend(room(data));
    }
    #[cfg(target_os = "linux")]
    findings.extend(local(data));
    findings
}

#[cfg(unix)]
fn rights(data: &Path) -> Finding {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.permissions().mode());
    let directory = mode(data);
    let files = std::fs::read_dir(data).into_iter().flatten().flatten().map(|entry| entry.path());
    let fix = format!("chmod 700 {}", data.display());
    match files.map(|file| exposed(directory, mode(&file))).max().unwrap_or(exposed(directory, 0)) {
        Exposed::Everybody => Finding::error("rights", "every user of this machine can read the data", fix),
        Exposed::Group => {
            Finding::warning("rights", "the group of the data directory can read the data", fix)
        }
        Exposed::Nobody => Finding::ok("rights", "only the owner can read the data"),
    }
}

/// Who else can read a file.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Exposed {
    Nobody,
    Group,
    Everybody,
}

/// A user can read a file if they may enter its directory and read the file. In a directory that is open to everybody, later files
/// will be as well.
#[cfg(unix)]
const fn exposed(directory: u32, file: u32) -> Exposed {
    if directory & 0o007 == 0o007 || (directory & 0o001 != 0 && file & 0o004 != 0) {
        Exposed::Everybody
    } else if directory & 0o010 != 0 && file & 0o040 != 0 {
        Exposed::Group
    } else {
        Exposed::Nobody
    }
}

#[cfg(unix)]
fn room(data: &Path) -> Option<Finding> {
    let room = rustix::fs::statvfs(data).ok()?;
    let database = std::fs::metadata(data.join(schema::FILE)).map_or(0, |file| file.len());
    Some(judge(room.f_bavail.saturating_mul(room.f_frsize), database))
}

fn judge(free: u64, database: u64) -> Finding {
    let says = format!("{} MiB free on the disk, the database has {} MiB", free / MIB, database / MIB);
    let fix = "free some space: when the disk is full, hits are refused with 503 and pages retry for a limited time";
    if free < LITTLE {
        Finding::error("room", says, fix)
    } else if free < ENOUGH.max(database) {
        Finding::warning("room", says, fix)
    } else {
        Finding::ok("room", says)
    }
}

/// A write-ahead log needs shared memory, which network file systems do not have.
#[cfg(target_os = "linux")]
fn local(data: &Path) -> Option<Finding> {
    let kind = rustix::fs::statfs(data).ok()?.f_type as u64 & 0xffff_ffff;
    let network = match kind {
        0x6969 => Some("NFS"),
        0x517b | 0xfe53_4d42 | 0xff53_4d42 => Some("SMB"),
        0x0102_1997 => Some("9P"),
        0x00c3_6400 => Some("Ceph"),
        _ => None,
    };
    Some(match network {
        Some(name) => Finding::error(
            "local",
            format!("the data is on a network file system ({name})"),
            "move it to a local disk: file locks and the write-ahead log need one",
        ),
        None => Finding::ok("local", "the data is on a local file system"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_is_as_open_as_its_directory_lets_it_be() {
        for (directory, file, expected) in [
            (0o700, 0o644, Exposed::Nobody),
            (0o750, 0o600, Exposed::Nobody),
            (0o750, 0o640, Exposed::Group),
            (0o755, 0o600, Exposed::Nobody),
            (0o755, 0o644, Exposed::Everybody),
            (0o711, 0o644, Exposed::Everybody),
            (0o777, 0o600, Exposed::Everybody),
        ] {
            assert_eq!(exposed(directory, file), expected, "{directory:o} {file:o}");
        }
    }

    #[test]
    fn there_is_to_be_room_for_a_copy_of_the_database() {
        assert_eq!(judge(10 << 30, 5 << 30).verdict, Verdict::Ok);
        assert_eq!(judge(4 << 30, 5 << 30).verdict, Verdict::Warning);
        assert_eq!(judge(500 << 20, 0).verdict, Verdict::Warning);
        assert_eq!(judge(50 << 20, 0).verdict, Verdict::Error);
    }

    #[test]
    fn a_directory_that_is_missing_is_named() {
        let findings = examine(Path::new("/nowhere/at/all"));
        assert!(findings.len() == 1 && findings[0].says.contains("/nowhere/at/all"));
    }
}
