//! The demo site: a directory, or the one inside this program.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;

/// Where the demo's files are.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "Written")]
pub enum Demo {
    /// In a directory.
    Directory(PathBuf),
    /// Inside this program.
    #[cfg(feature = "embed")]
    Embedded,
}

/// How the configuration file says it.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a directory, or true for the demo inside this program")]
enum Written {
    Directory(PathBuf),
    Embedded(bool),
}

impl Demo {
    fn embedded() -> Result<Self, &'static str> {
        #[cfg(feature = "embed")]
        return Ok(Self::Embedded);
        #[cfg(not(feature = "embed"))]
        Err("this program was built without the demo (`--features embed`): name a directory")
    }
}

impl TryFrom<Written> for Demo {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        match written {
            Written::Directory(directory) => Ok(Self::Directory(directory)),
            Written::Embedded(true) => Self::embedded(),
            Written::Embedded(false) => Err("leave the key out to serve no demo"),
        }
    }
}

/// As `--demo` says it: without a directory it is the demo inside this program.
impl FromStr for Demo {
    type Err = &'static str;

    fn from_str(directory: &str) -> Result<Self, Self::Err> {
        if directory.is_empty() { Self::embedded() } else { Ok(Self::Directory(directory.into())) }
    }
}

impl fmt::Display for Demo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(directory) => directory.display().fmt(formatter),
            #[cfg(feature = "embed")]
            Self::Embedded => formatter.write_str("this program"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_demo_is_a_directory_or_the_one_inside() {
        let demo =
            |text: &str| Config::parse(text).map(|config| config.demo).map_err(|error| format!("{error:#}"));
        assert_eq!(demo("demo = \"a/b\"").unwrap(), Some(Demo::Directory("a/b".into())));
        assert!(demo("demo = false").unwrap_err().contains("leave the key out"));
        assert!(demo("demo = 1").unwrap_err().contains("expected a directory, or true"));
        #[cfg(feature = "embed")]
        assert_eq!((demo("demo = true").unwrap(), "".parse()), (Some(Demo::Embedded), Ok(Demo::Embedded)));
        #[cfg(not(feature = "embed"))]
        assert!(demo("demo = true").unwrap_err().contains("--features embed") && "".parse::<Demo>().is_err());
    }
}
