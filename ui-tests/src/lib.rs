//! What the tests of messages share: the programs in `ui/` that must not compile, and those in `pass/` and `warn/` that must.
//!
//! Input: files. Output: what they say about themselves. Invariant: a program in `ui/` has one mistake, which a comment below it marks.

use std::fs;
use std::path::{Path, PathBuf};

/// A program.
pub struct Program {
    /// Its file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// The tokens that a message must be about.
pub struct Mark {
    /// The line, from 1.
    pub line: usize,
    /// The first column, from 1.
    pub start: usize,
    /// The column after the last.
    pub end: usize,
}

/// The folder of this package.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All programs in a folder of this package and the folders in it, by name.
///
/// # Panics
/// If they can't be read.
#[must_use]
pub fn programs(folder: &str) -> Vec<Program> {
    let mut paths = vec![];
    collect(&root().join(folder), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a program is a text");
            Program { path, text }
        })
        .collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

impl Program {
    /// The folder and the name: `paths/no_path`.
    ///
    /// # Panics
    /// If the path has no folder.
    #[must_use]
    pub fn name(&self) -> String {
        let folder = self.path.parent().and_then(Path::file_name).expect("a folder");
        let stem = self.path.file_stem().expect("a name");
        format!("{}/{}", folder.display(), stem.display())
    }

    /// The messages that it shows, by their names in the compiler's table.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter_map(|l| l.strip_prefix("// message: "))
    }

    /// What rustc says where the message is no row of the table but a trait's: `// says: text`.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        self.text.lines().find_map(|l| l.strip_prefix("// says: "))
    }

    /// What it is about: its first line.
    #[must_use]
    pub fn title(&self) -> &str {
        self.text.lines().next().and_then(|l| l.strip_prefix("//! ")).unwrap_or_default()
    }

    /// The tokens that `//~^ tokens` marks in the line above it.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        let lines: Vec<&str> = self.text.lines().collect();
        let (at, words) = lines.iter().enumerate().find_map(|(k, l)| l.trim().strip_prefix("//~^ ").map(|w| (k, w)))?;
        let line = lines.get(at.checked_sub(1)?)?;
        let found = occurrence(line, words)?;
        let start = line[..found].chars().count() + 1;
        Some(Mark { line: at, start, end: start + words.chars().count() })
    }

    /// The code that readers of the documentation see: without the comments for tests, without `main`.
    #[must_use]
    pub fn example(&self) -> String {
        let code = self.text.split("\nfn main() {").next().unwrap_or_default();
        let shown = |l: &&str| {
            !l.starts_with("//") && !l.trim_start().starts_with("//~^") && !l.starts_with("use pullback::prelude") && !l.starts_with("#![")
        };
        code.lines().filter(shown).collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

/// Where words stand in a line, not inside another word.
fn occurrence(line: &str, words: &str) -> Option<usize> {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(words)
        .find(|(at, _)| {
            let (before, after) = (line[..*at].chars().next_back(), line[at + words.len()..].chars().next());
            !(is_word(before) && is_word(words.chars().next()) || is_word(after) && is_word(words.chars().next_back()))
        })
        .map(|(at, _)| at)
}
