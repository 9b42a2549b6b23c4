//! What the script consists of, as builds: files that were made together, in a directory or inside this program. A build is named by
//! what is in it, and each of its files has a hash that a page can hold it to (subresource integrity).

#[cfg(feature = "embed")]
pub(crate) mod embedded;
mod names;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use std::{fs, io};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha384};

pub(crate) use names::{PARTS, SCRIPT, TEXTS};

/// A file name made of a short language tag: nothing in it leads out of the directory.
pub(crate) fn is_text(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|tag| {
        (2..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    })
}

/// Where the script's files are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// In a directory.
    Directory(PathBuf),
    /// Inside this program.
    #[cfg(feature = "embed")]
    Embedded,
}

impl Source {
    /// The directory that the configuration names. Without one, the files inside this program, or `dist` if it has none.
    pub(crate) fn new(assets: Option<&Path>) -> Self {
        match assets {
            Some(directory) => Self::Directory(directory.to_owned()),
            #[cfg(feature = "embed")]
            None => Self::Embedded,
            #[cfg(not(feature = "embed"))]
            None => Self::Directory("dist".into()),
        }
    }

    /// Says which files are missing, and what to do; nothing if the script is complete.
    pub(crate) fn lack(&self) -> Option<String> {
        let directory = match self {
            Self::Directory(directory) => directory,
            #[cfg(feature = "embed")]
            Self::Embedded => return None,
        };
        let place = directory.display();
        if !directory.is_dir() {
            return Some(format!("there is no directory {place} with {SCRIPT}"));
        }
        let mut missing: Vec<&str> =
            [SCRIPT].into_iter().chain(PARTS).filter(|name| !directory.join(name).is_file()).collect();
        if !directory.join(TEXTS).is_dir() {
            missing.push(TEXTS);
        }
        (!missing.is_empty()).then(|| format!("the directory {place} lacks {}", missing.join(", ")))
    }

    fn read(&self, path: &str) -> io::Result<Cow<'static, [u8]>> {
        match self {
            Self::Directory(directory) => Ok(fs::read(directory.join(path))?.into()),
            #[cfg(feature = "embed")]
            Self::Embedded => Ok(embedded::SCRIPT.get(path).ok_or(ErrorKind::NotFound)?.into()),
        }
    }

    /// The files of a build that are there.
    fn stamps(&self) -> io::Result<BTreeMap<String, Stamp>> {
        match self {
            Self::Directory(directory) => stamps(directory),
            #[cfg(feature = "embed")]
            Self::Embedded => {
                let files = embedded::SCRIPT.paths().filter(|path| is_of_build(path));
                Ok(files.map(|path| (path.to_owned(), (SystemTime::UNIX_EPOCH, 0))).collect())
            }
        }
    }
}

/// What to do if files of the script are missing.
pub(crate) const LACK_FIX: &str = "build the files with `npm run build`, or name the directory of a release's dist/ with --assets (`assets` in the configuration)";

/// Whether a file belongs to the build. What is compressed beside it does not.
#[cfg(feature = "embed")]
fn is_of_build(path: &str) -> bool {
    match path.split_once('/') {
        Some((folder, name)) => folder == TEXTS && is_text(name),
        None => path == SCRIPT || PARTS.contains(&path),
    }
}

/// When a file was written, and how long it is.
type Stamp = (SystemTime, u64);

/// Files that were made together, as they were when they were read.
#[derive(Debug)]
pub(crate) struct Build {
    source: Source,
    name: String,
    /// BLAKE3 of the script, as hex: receipts name the code that asked by it.
    code: String,
    /// What `integrity` says of each, such as `sha384-…`, by its path in the directory.
    files: BTreeMap<String, String>,
    stamps: BTreeMap<String, Stamp>,
}

impl Build {
    /// Reads the files of a build, without what is compressed beside them.
    ///
    /// # Errors
    /// `NotFound` if there is no script; if a file cannot be read.
    pub(crate) fn read(source: &Source) -> io::Result<Self> {
        let stamps = source.stamps()?;
        let script = source.read(SCRIPT).map_err(|error| match (error.kind(), source) {
            (ErrorKind::NotFound, Source::Directory(directory)) => {
                Error::new(ErrorKind::NotFound, format!("{} holds no {SCRIPT}", directory.display()))
            }
            _ => error,
        })?;
        let code = blake3::hash(&script).to_hex().to_string();
        let mut files = BTreeMap::new();
        let mut all = blake3::Hasher::new();
        for path in stamps.keys() {
            let integrity = integrity(&source.read(path)?);
            all.update(format!("{integrity} {path}\n").as_bytes());
            files.insert(path.clone(), integrity);
        }
        let name = all.finalize().to_hex()[..16].to_owned();
        Ok(Self { source: source.clone(), name, code, files, stamps })
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

    /// Where its files are.
    pub(crate) const fn source(&self) -> &Source {
        &self.source
    }

    /// BLAKE3 of the script, as hex.
    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// Whether its place still holds what was read.
    fn is_current(&self) -> io::Result<bool> {
        Ok(self.source.stamps()? == self.stamps)
    }
}

/// As `integrity` says it.
fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(bytes)))
}

/// The files of a build that are in a directory.
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
    sources: Vec<Source>,
    known: Mutex<Vec<Option<Arc<Build>>>>,
}

impl Builds {
    pub(crate) fn new(current: Source, earlier: &[PathBuf]) -> Self {
        let earlier = earlier.iter().cloned().map(Source::Directory);
        let sources: Vec<Source> = std::iter::once(current).chain(earlier).collect();
        let known = Mutex::new(vec![None; sources.len()]);
        Self { sources, known }
    }

    /// BLAKE3 of the script that is served now, as hex; empty if there is none that can be read.
    pub(crate) async fn code(self: &Arc<Self>) -> String {
        self.current().await.ok().flatten().map(|build| build.code().to_owned()).unwrap_or_default()
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
            for place in 0..builds.sources.len() {
                if let Some(build) = builds.look(place)?.filter(|build| wanted(place, build)) {
                    return Ok(Some(build));
                }
            }
            Ok(None)
        });
        looked.await.map_err(Error::other)?
    }

    /// What a source holds now: read again only where a time or a length has changed, since what is served under a build's
    /// name must be that build.
    fn look(&self, place: usize) -> io::Result<Option<Arc<Build>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (Some(known), Some(source)) = (known.get_mut(place), self.sources.get(place)) else {
            return Ok(None);
        };
        if let Some(build) = known
            && build.is_current()?
        {
            return Ok(Some(Arc::clone(build)));
        }
        *known = match Build::read(source) {
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
        let name = |files: &[(&str, &str)]| {
            Build::read(&Source::Directory(written(files).path().to_owned())).unwrap().name
        };
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
        let error =
            Build::read(&Source::Directory(written(&[(PARTS[0], "1")]).path().to_owned())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
