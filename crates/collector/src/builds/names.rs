// The names of the script's files. The build script includes this file too, so nothing else may be in it.

/// The script's file name, and its path.
pub(crate) const SCRIPT: &str = "askfirst.js";
/// What the script loads when it needs it, or a page beside it.
pub(crate) const PARTS: [&str; 8] = [
    "askfirst-preferences.js",
    "askfirst-adapters.js",
    "askfirst-explain.js",
    "askfirst-capture.js",
    "askfirst-vitals.js",
    "askfirst-options.js",
    "askfirst-debug.js",
    "askfirst-plain.js",
];
/// The directory of the texts in other languages, and its path.
pub(crate) const TEXTS: &str = "askfirst-texts";
