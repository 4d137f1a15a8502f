//! What rustc says, as data: one mistake gives one error, on the user's tokens, without internal names.
//!
//! Each program is given to rustc itself, beside the library that this test was built with: some tenths of a second for each.
//! `PULLBACK_UI=calls/method` runs one and prints what it says.

use pullback_ui_tests::{Program, programs};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

/// Names that mean nothing to a user.
const INTERNAL: &[&str] = &["__", "pullback::call::", "pullback::place::", "pullback::arg::", "_companion"];

/// The library, and the folder of what it depends on.
static LIBRARY: LazyLock<(PathBuf, PathBuf)> = LazyLock::new(|| {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--locked", "--quiet", "--package", "pullback-ui-tests", "--message-format", "json"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let messages: Vec<Value> = String::from_utf8_lossy(&output.stdout).lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    let file = messages
        .iter()
        .filter(|m| m["target"]["name"] == "pullback" && m["reason"] == "compiler-artifact")
        .flat_map(|m| m["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|f| f.as_str().map(PathBuf::from))
        .find(|f| f.extension().is_some_and(|e| e == "rlib"))
        .expect("the library is built");
    let folder = file.parent().expect("a folder").to_owned();
    (file, folder)
});

/// What rustc says about a program.
fn diagnostics(program: &Program) -> Vec<Value> {
    let (library, folder) = &*LIBRARY;
    let out = std::env::temp_dir().join(format!("pullback-ui-{}-{}", std::process::id(), program.name().replace('/', "-")));
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args(["--edition", "2024", "--crate-name", "program", "--emit", "metadata", "--error-format", "json", "--extern"])
        .arg(format!("pullback={}", library.display()))
        .arg(format!("-Ldependency={}", folder.display()))
        .arg("-o")
        .arg(&out)
        .arg(&program.path)
        .output()
        .expect("rustc runs");
    let _ = std::fs::remove_file(out);
    String::from_utf8_lossy(&output.stderr).lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
}

/// The primary spans of a diagnostic lie inside the mark.
fn is_on_the_mark(program: &Program, d: &Value) -> bool {
    let Some(mark) = program.mark() else { return false };
    let spans: Vec<&Value> = d["spans"].as_array().into_iter().flatten().filter(|s| s["is_primary"] == true).collect();
    let number = |s: &Value, key: &str| s[key].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let inside = |s: &Value| {
        let line = number(s, "line_start") == mark.line && number(s, "line_end") == mark.line;
        line && number(s, "column_start") >= mark.start && number(s, "column_end") <= mark.end
    };
    !spans.is_empty() && spans.into_iter().all(inside)
}

/// What is wrong with what is said about a program.
fn complaints(program: &Program, level: &str) -> Vec<String> {
    let said = diagnostics(program);
    let of_level =
        |l: &str| said.iter().filter(|d| d["level"] == l && !d["spans"].as_array().is_none_or(Vec::is_empty)).collect::<Vec<_>>();
    let (errors, warnings) = (of_level("error"), of_level("warning"));
    let (wanted, others) = if level == "error" { (&errors, &warnings) } else { (&warnings, &errors) };
    let rendered: String = said.iter().filter_map(|d| d["rendered"].as_str()).collect();
    if std::env::var("PULLBACK_UI").is_ok() {
        println!("── {}\n{rendered}", program.name());
    }
    let mut wrong = vec![];
    if wanted.len() != 1 {
        wrong.push(format!("{} {level}s instead of one", wanted.len()));
    }
    if others.iter().any(|d| !d["message"].as_str().unwrap_or_default().contains("ends here")) {
        wrong.push(format!("besides the {level}, there is something else"));
    }
    if !wanted.iter().all(|d| is_on_the_mark(program, d)) {
        wrong.push("it is not on the marked tokens".to_owned());
    }
    if program.said().is_some_and(|text| !wanted.iter().all(|d| d["message"] == text)) {
        wrong.push("it says something else".to_owned());
    }
    wrong.extend(INTERNAL.iter().filter(|n| rendered.contains(**n)).map(|n| format!("it mentions `{n}`")));
    if wrong.is_empty() { wrong } else { vec![format!("{}: {}\n{rendered}", program.name(), wrong.join("; "))] }
}

/// Checks all programs of a folder, on two threads.
fn check(folder: &str, verdict: impl Fn(&Program) -> Vec<String> + Sync) {
    let only = std::env::var("PULLBACK_UI").unwrap_or_default();
    let all: Vec<Program> = programs(folder).into_iter().filter(|p| p.name().contains(&only)).collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(vec![]));
    std::thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| {
                while let Some(program) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let complaints = verdict(program);
                    wrong.lock().expect("no thread panics").extend(complaints);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no thread panics");
    assert!(wrong.is_empty(), "{} of {} programs\n\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

#[test]
fn one_mistake_gives_one_error() {
    check("ui", |p| complaints(p, "error"));
}

#[test]
fn one_lint_gives_one_warning() {
    check("warn", |p| complaints(p, "warning"));
}

#[test]
fn the_remedies_compile_without_a_warning() {
    check("pass", |p| {
        let said: String = diagnostics(p).iter().filter_map(|d| d["rendered"].as_str().map(str::to_owned)).collect();
        if said.is_empty() { vec![] } else { vec![format!("{}\n{said}", p.name())] }
    });
}
