//! What the proxies' files have in common: words on lines, and blocks of such lines; and files that name other files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

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
            let files = directive.arguments().iter().flat_map(|name| matching(&base.join(name)));
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

/// The files that a name with `*` means, sorted.
fn matching(pattern: &Path) -> Vec<PathBuf> {
    let mut paths = vec![PathBuf::new()];
    for part in pattern.components() {
        let part = part.as_os_str();
        let wanted = part.to_string_lossy();
        if !wanted.contains('*') {
            paths.iter_mut().for_each(|path| path.push(part));
            continue;
        }
        let mut found: Vec<PathBuf> = paths
            .iter()
            .flat_map(|path| std::fs::read_dir(path).into_iter().flatten().flatten())
            .filter(|entry| matches(&wanted, &entry.file_name().to_string_lossy()))
            .map(|entry| entry.path())
            .collect();
        found.sort();
        paths = found;
    }
    paths.retain(|path| path.is_file());
    paths
}

fn matches(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == name };
    let Some(rest) = name.strip_prefix(before) else { return false };
    // A hidden file is meant only where its dot is written.
    (!before.is_empty() || !name.starts_with('.'))
        && (0..=rest.len()).filter_map(|at| rest.get(at..)).any(|rest| matches(after, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_anything_but_a_hidden_file() {
        for (pattern, name, expected) in [
            ("*.conf", "a.conf", true),
            ("*.conf", "a.conf~", false),
            ("*.conf", ".a.conf", false),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c", false),
            ("*", "ü", true),
            ("a", "a", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
