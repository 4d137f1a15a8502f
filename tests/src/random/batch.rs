//! Batches of random programs: compiled together, run, and judged.
//!
//! Input: programs. Output: what became of each. Invariant: a program that does not compile is told apart from one that computes something
//! wrong, and takes none of its batch along.

use super::Program;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What became of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Reverse mode, forward mode and differences agree.
    Agrees,
    /// It is no valid Rust: the generator's mistake.
    Invalid(String),
    /// Its derivative is refused by the macro: the first message.
    Refused(String),
    /// What the macro wrote is refused by rustc: the first error.
    Broken(String),
    /// They do not agree, or the derivative panicked: how.
    Differs(String),
}

/// Compiles and runs programs in a folder of their own.
///
/// # Errors
/// What went wrong if nothing could be compiled or run at all.
pub fn run(programs: &[Program], folder: &Path) -> Result<BTreeMap<u64, Outcome>, String> {
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut outcomes = BTreeMap::new();
    let all: Vec<&Program> = programs.iter().collect();
    let (text, starts) = source(&all, false);
    for (line, message) in compile(&text, folder, &["--emit=metadata"])? {
        if let Some((_, seed)) = starts.range(..=line).next_back() {
            outcomes.entry(*seed).or_insert(Outcome::Invalid(message));
        }
    }
    loop {
        let left: Vec<&Program> = programs.iter().filter(|p| !outcomes.contains_key(&p.seed)).collect();
        if left.is_empty() {
            return Ok(outcomes);
        }
        let (text, starts) = source(&left, true);
        let refused = compile(&text, folder, &[])?;
        if refused.is_empty() {
            outcomes.extend(execute(folder)?);
            for p in left {
                outcomes.entry(p.seed).or_insert_with(|| Outcome::Differs("the batch ended before it".to_owned()));
            }
            return Ok(outcomes);
        }
        let known = outcomes.len();
        for (line, message) in &refused {
            if let Some((_, seed)) = starts.range(..=line).next_back() {
                let outcome = if is_rustcs(message) { Outcome::Broken } else { Outcome::Refused };
                outcomes.entry(*seed).or_insert(outcome(message.clone()));
            }
        }
        if outcomes.len() == known {
            return Err(format!("the batch's frame does not compile: {}", refused[0].1));
        }
    }
}

/// The batch as one program, and the line on which each random program begins; `judged`: with derivatives and their check.
fn source(programs: &[&Program], judged: bool) -> (String, BTreeMap<usize, u64>) {
    let mut text = if judged { include_str!("judge.rs.in").to_owned() } else { String::new() };
    text.push_str("fn main() {\n    std::panic::set_hook(Box::new(|_| {}));\n");
    for p in programs.iter().filter(|_| judged) {
        let (seed, smooth) = (p.seed, p.smooth);
        for point in p.points {
            let _ = writeln!(
                text,
                "    judge({seed}, {smooth}, &{point:?}, |x| p{seed}::f(x), |x| p{seed}::f::value_and_grad(x), |x, d| p{seed}::f::jvp(x, d), \
                 |x| {{ let (y, pull) = p{seed}::f::vjp(x); (y, pull(2.0), pull(-1.0)) }});"
            );
        }
    }
    text.push_str("}\n");
    let mut starts = BTreeMap::new();
    for p in programs {
        starts.insert(text.lines().count() + 1, p.seed);
        let source = if judged { p.source.clone() } else { p.source.replace("#[differentiable]\n", "").replace("#[constant] ", "") };
        let _ = writeln!(text, "mod p{} {{\nuse pullback::prelude::*;\n{source}}}", p.seed);
    }
    (text, starts)
}

/// Compiles; the messages of what was refused, by line.
fn compile(text: &str, folder: &Path, more: &[&str]) -> Result<Vec<(usize, String)>, String> {
    let file = folder.join("batch.rs");
    std::fs::write(&file, text).map_err(|e| format!("{}: {e}", file.display()))?;
    let (library, dependencies) = library()?;
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "--cap-lints=allow", "--error-format=json", "-Cdebuginfo=0", "-Ccodegen-units=2"])
        .args(more)
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("--extern")
        .arg(format!("pullback={}", library.display()))
        .arg("-o")
        .arg(folder.join("batch"))
        .arg(&file)
        .output()
        .map_err(|e| format!("rustc can't be run: {e}"))?;
    if output.status.success() {
        return Ok(vec![]);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let refused: Vec<(usize, String)> = stderr.lines().filter(|l| l.contains("\"level\":\"error\"")).filter_map(error).collect();
    if refused.is_empty() { Err(format!("rustc failed without a message that has a place:\n{stderr}")) } else { Ok(refused) }
}

/// Whether an error has a number of rustc's.
fn is_rustcs(message: &str) -> bool {
    message.starts_with("E0")
}

/// The line and the text of one of rustc's messages, behind its number if it has one.
fn error(json: &str) -> Option<(usize, String)> {
    let field = |name: &str, from: usize| json[from..].find(name).map(|k| from + k + name.len());
    let message = field("\"message\":\"", field("\"$message_type\"", 0)?)?;
    let (text, rest) = json[message..].split_once("\",\"")?;
    let code = rest.strip_prefix("code\":{\"code\":\"").and_then(|c| c.split('"').next());
    let text = code.map_or(text.to_owned(), |code| format!("{code}: {text}"));
    let line = field("\"line_start\":", 0)?;
    let digits: String = json[line..].chars().take_while(char::is_ascii_digit).collect();
    Some((digits.parse().ok()?, text))
}

/// The library that this program was built with: the newest beside it.
fn library() -> Result<(PathBuf, PathBuf), String> {
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    let folder = own.parent().ok_or("this program has no folder")?;
    let dependencies = if folder.ends_with("deps") { folder.to_owned() } else { folder.join("deps") };
    let newest = std::fs::read_dir(&dependencies)
        .map_err(|e| format!("{}: {e}", dependencies.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|p| {
            let name = p.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with("libpullback-") && name.ends_with(".rlib")
        })
        .max_by_key(|p| p.metadata().and_then(|m| m.modified()).ok());
    newest.map(|library| (library, dependencies.clone())).ok_or_else(|| format!("no library in {}", dependencies.display()))
}

/// Runs the compiled batch and reads what it prints: a line for each point of each program.
fn execute(folder: &Path) -> Result<BTreeMap<u64, Outcome>, String> {
    let output = Command::new(folder.join("batch")).output().map_err(|e| format!("the batch can't be run: {e}"))?;
    let mut outcomes = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (seed, verdict) = line.split_once(' ').ok_or_else(|| format!("unexpected line: {line}"))?;
        let seed: u64 = seed.parse().map_err(|_| format!("unexpected line: {line}"))?;
        let outcome = if verdict == "agrees" { Outcome::Agrees } else { Outcome::Differs(verdict.to_owned()) };
        let known = outcomes.entry(seed).or_insert(Outcome::Agrees);
        if *known == Outcome::Agrees {
            *known = outcome;
        }
    }
    Ok(outcomes)
}
