//! What the script consists of, as builds: a directory of files that were made together. A build is named by what is in it, and
//! each of its files has a hash that a page can hold it to (subresource integrity).

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use std::{fs, io};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha384};

/// The script's file name, and its path.
pub(crate) const SCRIPT: &str = "askfirst.js";
/// The script with every option and with what only a yes allows, for tags that have other options than most.
pub(crate) const WHOLE: &str = "askfirst-whole.js";
/// What the script loads when it needs it, or a page beside it.
pub(crate) const PARTS: [&str; 10] = [
    "askfirst-preferences.js",
    "askfirst-adapters.js",
    "askfirst-explain.js",
    "askfirst-capture.js",
    "askfirst-vitals.js",
    "askfirst-history.js",
    "askfirst-agreed.js",
    WHOLE,
    "askfirst-debug.js",
    "askfirst-plain.js",
];
/// The directory of the texts in other languages, and its path.
pub(crate) const TEXTS: &str = "askfirst-texts";

/// A file name made of a short language tag: nothing in it leads out of the directory.
pub(crate) fn is_text(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|tag| {
        (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    })
}

/// When a file was written, and how long it is.
type Stamp = (SystemTime, u64);

/// Files that were made together, as they stood in a directory.
#[derive(Debug)]
pub(crate) struct Build {
    directory: PathBuf,
    name: String,
    /// What `integrity` says of each, such as `sha384-…`, by its path in the directory.
    files: BTreeMap<String, String>,
    stamps: BTreeMap<String, Stamp>,
}

impl Build {
    /// Reads what stands in a directory, without what is compressed beside it.
    ///
    /// # Errors
    /// `NotFound` where there is no script in it; where a file cannot be read.
    pub(crate) fn read(directory: &Path) -> io::Result<Self> {
        let stamps = stamps(directory)?;
        if !stamps.contains_key(SCRIPT) {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("{} holds no {SCRIPT}", directory.display()),
            ));
        }
        let mut files = BTreeMap::new();
        let mut all = blake3::Hasher::new();
        for path in stamps.keys() {
            let integrity = integrity(&fs::read(directory.join(path))?);
            all.update(format!("{integrity} {path}\n").as_bytes());
            files.insert(path.clone(), integrity);
        }
        let name = all.finalize().to_hex()[..16].to_owned();
        Ok(Self { directory: directory.to_owned(), name, files, stamps })
    }

    /// The path below which its files are served for good.
    pub(crate) fn folder(&self) -> String {
        format!("/v/{}/", self.name)
    }

    /// All its files, each with what `integrity` says of it.
    pub(crate) const fn files(&self) -> &BTreeMap<String, String> {
        &self.files
    }

    /// What `integrity` says of a file; none where it has no such file.
    pub(crate) fn integrity(&self, name: &str) -> Option<&str> {
        self.files.get(name).map(String::as_str)
    }

    /// Where a file of that name is; none where it has no such file.
    pub(crate) fn file(&self, name: &str) -> Option<PathBuf> {
        self.files.contains_key(name).then(|| self.directory.join(name))
    }

    /// Whether the directory still holds what was read.
    fn stands(&self) -> io::Result<bool> {
        Ok(stamps(&self.directory)? == self.stamps)
    }
}

/// As `integrity` says it.
fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

/// The files of a build that are there.
fn stamps(directory: &Path) -> io::Result<BTreeMap<String, Stamp>> {
    let mut names: Vec<String> = [SCRIPT].iter().chain(&PARTS).map(|&name| name.to_owned()).collect();
    match fs::read_dir(directory.join(TEXTS)) {
        Ok(entries) => {
            for entry in entries {
                if let Some(name) = entry?.file_name().to_str().filter(|name| is_text(name)) {
                    names.push(format!("{TEXTS}/{name}"));
                }
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut stamps = BTreeMap::new();
    for name in names {
        match fs::metadata(directory.join(&name)) {
            Ok(file) => drop(stamps.insert(name, (file.modified()?, file.len()))),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(stamps)
}

/// The build that is served, and earlier ones that pages may still ask for.
#[derive(Debug)]
pub(crate) struct Builds {
    /// The first is the one that is served at paths without a version.
    directories: Vec<PathBuf>,
    known: Mutex<Vec<Option<Arc<Build>>>>,
}

impl Builds {
    pub(crate) fn new(assets: &Path, earlier: &[PathBuf]) -> Self {
        let directories: Vec<PathBuf> =
            std::iter::once(assets.to_owned()).chain(earlier.iter().cloned()).collect();
        let known = Mutex::new(vec![None; directories.len()]);
        Self { directories, known }
    }

    /// The build that is served, as it stands there now; none where there is no script.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub(crate) async fn current(self: &Arc<Self>) -> io::Result<Option<Arc<Build>>> {
        self.find(|place, _| place == 0).await
    }

    /// The build of that name; none where no directory holds it any more.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub(crate) async fn named(self: &Arc<Self>, name: String) -> io::Result<Option<Arc<Build>>> {
        self.find(move |_, build| build.name == name).await
    }

    async fn find(
        self: &Arc<Self>,
        wanted: impl Fn(usize, &Build) -> bool + Send + 'static,
    ) -> io::Result<Option<Arc<Build>>> {
        let builds = Arc::clone(self);
        let looked = tokio::task::spawn_blocking(move || {
            for place in 0..builds.directories.len() {
                if let Some(build) = builds.look(place)?.filter(|build| wanted(place, build)) {
                    return Ok(Some(build));
                }
            }
            Ok(None)
        });
        looked.await.map_err(Error::other)?
    }

    /// What a directory holds now: read again only where a time or a length has changed, since what is served under a build's
    /// name must be that build.
    fn look(&self, place: usize) -> io::Result<Option<Arc<Build>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(known), Some(directory)) = (known.get_mut(place), self.directories.get(place)) else {
            return Ok(None);
        };
        if let Some(build) = known
            && build.stands()?
        {
            return Ok(Some(Arc::clone(build)));
        }
        *known = match Build::read(directory) {
            Ok(build) => Some(Arc::new(build)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(known.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_tags_name_a_text() {
        for name in ["de.json", "pt-br.json", "zh-Hant.json", "deu.json"] {
            assert!(is_text(name), "{name}");
        }
        for name in [
            "d.json",
            "zh-Hant-TW.json",
            "..json",
            "../a.json",
            "de.js",
            "de",
            "d3.json",
            "de.json.br",
            ".json",
            "dé.json",
        ] {
            assert!(!is_text(name), "{name}");
        }
    }

    fn written(files: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir(directory.path().join(TEXTS)).unwrap();
        for (name, text) in files {
            fs::write(directory.path().join(name), text).unwrap();
        }
        directory
    }

    #[test]
    fn a_hash_is_what_browsers_compare_with() {
        // As `openssl dgst -sha384 -binary | openssl base64 -A` says it of no bytes.
        let empty = "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb";
        assert_eq!(integrity(b""), empty);
    }

    #[test]
    fn a_build_is_named_by_every_file_that_it_ships_and_by_no_other() {
        let name = |files: &[(&str, &str)]| Build::read(written(files).path()).unwrap().name;
        let script = (SCRIPT, "1");
        let alone = name(&[script]);
        assert_eq!(alone, name(&[script]));
        assert_eq!(
            alone,
            name(&[
                script,
                ("index.js", "1"),
                ("askfirst.js.br", "1"),
                ("askfirst-texts/toolong.json.gz", "1")
            ])
        );
        let others = [
            name(&[(SCRIPT, "2")]),
            name(&[script, (PARTS[0], "1")]),
            name(&[script, (PARTS[1], "1")]),
            name(&[script, ("askfirst-texts/de.json", "1")]),
            name(&[script, ("askfirst-texts/de.json", "2")]),
        ];
        let all: std::collections::BTreeSet<&String> = others.iter().chain([&alone]).collect();
        assert_eq!(all.len(), others.len() + 1);
        assert!(alone.len() == 16 && alone.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn without_a_script_there_is_no_build() {
        let error = Build::read(written(&[(PARTS[0], "1")]).path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
