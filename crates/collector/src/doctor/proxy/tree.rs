//! What the proxies' files have in common: words on lines, and blocks of such lines; and files that name other files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use glob::{MatchOptions, Pattern};

/// How deep files may name files.
const DEEP: usize = 8;

/// One directive, with what stands in its block.
#[derive(Clone, Debug, Default)]
pub(super) struct Directive {
    pub(super) words: Vec<String>,
    pub(super) inner: Vec<Self>,
    file: Arc<PathBuf>,
    line: usize,
}

impl Directive {
    pub(super) fn new(words: Vec<String>, file: &Arc<PathBuf>, line: usize) -> Self {
        Self { words, inner: Vec::new(), file: Arc::clone(file), line }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.words.first().is_some_and(|word| word.eq_ignore_ascii_case(name))
    }

    pub(super) fn arguments(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// The file and the line, for whoever is to change it.
    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.file.display(), self.line)
    }
}

/// Directives that are being read, and the blocks that are open.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    done: Vec<Directive>,
    open: Vec<Directive>,
}

impl Blocks {
    pub(super) fn push(&mut self, directive: Directive) {
        match self.open.last_mut() {
            Some(block) => block.inner.push(directive),
            None => self.done.push(directive),
        }
    }

    pub(super) fn open(&mut self, directive: Directive) {
        self.open.push(directive);
    }

    pub(super) fn close(&mut self) {
        if let Some(block) = self.open.pop() {
            self.push(block);
        }
    }

    /// All of them; a block that was not closed ends with its file.
    pub(super) fn end(mut self) -> Vec<Directive> {
        while !self.open.is_empty() {
            self.close();
        }
        self.done
    }
}

/// Puts in place of directives of these names what stands in the files that they name, relative to `base`.
pub(super) fn follow(
    directives: Vec<Directive>,
    names: &[&str],
    base: &Path,
    parse: fn(&Path, &str) -> Vec<Directive>,
) -> Vec<Directive> {
    follow_to(directives, names, base, parse, DEEP)
}

fn follow_to(
    directives: Vec<Directive>,
    names: &[&str],
    base: &Path,
    parse: fn(&Path, &str) -> Vec<Directive>,
    deep: usize,
) -> Vec<Directive> {
    let mut followed = Vec::new();
    for mut directive in directives {
        if names.iter().any(|name| directive.is(name)) && directive.inner.is_empty() && deep > 0 {
            let files = directive.arguments().iter().flat_map(|name| included(base, name));
            for file in files {
                let text = std::fs::read_to_string(&file).unwrap_or_default();
                followed.extend(follow_to(parse(&file, &text), names, base, parse, deep - 1));
            }
        } else {
            directive.inner = follow_to(directive.inner, names, base, parse, deep);
            followed.push(directive);
        }
    }
    followed
}

/// The files that an include names, sorted. `*`, `?` and `[…]` match as in a shell. A hidden file is found only by its full name.
fn included(base: &Path, pattern: &str) -> Vec<PathBuf> {
    let base = PathBuf::from(Pattern::escape(&base.to_string_lossy()));
    let options = MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..MatchOptions::default()
    };
    let paths = glob::glob_with(&base.join(pattern).to_string_lossy(), options);
    paths.into_iter().flatten().flatten().filter(|path| path.is_file()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_include_matches_files_as_a_shell_does() {
        let directory = tempfile::Builder::new().prefix("with [brackets] ").tempdir().unwrap();
        let base = directory.path();
        std::fs::create_dir_all(base.join("sites/off.conf")).unwrap();
        for file in ["b.conf", "a.conf", "a.conf~", ".hidden.conf", "ü.txt"] {
            std::fs::write(base.join("sites").join(file), "").unwrap();
        }
        for (pattern, expected) in [
            ("sites/*.conf", &["a.conf", "b.conf"][..]),
            ("*/[a-c].conf", &["a.conf", "b.conf"]),
            ("sites/?.txt", &["ü.txt"]),
            ("sites/.hidden.conf", &[".hidden.conf"]),
            ("sites/a.conf", &["a.conf"]),
            ("sites/none.conf", &[]),
            ("*.conf", &[]),
            ("[", &[]),
        ] {
            let expected: Vec<PathBuf> = expected.iter().map(|file| base.join("sites").join(file)).collect();
            assert_eq!(included(base, pattern), expected, "{pattern}");
        }
    }
}
