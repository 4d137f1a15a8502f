//! `docs/messages.md` says what every message means, with an example and its remedy: it is written from the table and the programs here.
//!
//! `PULLBACK_UPDATE=1 cargo test -p pullback-ui-tests --test page` writes it.

use pullback_ui_tests::{Program, programs, root};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

/// The headings, by folder.
const SECTIONS: &[(&str, &str)] = &[
    ("attribute", "The attribute and its item"),
    ("paths", "Gradients that are certainly zero"),
    ("markers", "Markers"),
    ("flat", "Derivatives that are zero or missing"),
    ("calls", "Calls"),
    ("effects", "Effects that can't be followed"),
    ("closures", "Closures and functions as values"),
    ("loops", "Loops and iterators"),
    ("patterns", "Patterns and assignments"),
    ("borrows", "Borrows"),
    ("derive", "The derive"),
    ("types", "Types without a derivative"),
    ("rules", "Rules of your own"),
    ("entries", "The companion's functions"),
    ("proofs", "Proofs on request"),
    ("report", "The report"),
];

/// The names of the rows in the compiler's table, with their problem and remedy.
fn table() -> BTreeMap<String, (String, String)> {
    let text = fs::read_to_string(root().join("../macros/src/diagnostics/messages.rs")).expect("the table is there");
    let rows = text.split("messages! {").last().unwrap_or_default();
    let mut found = BTreeMap::new();
    for row in rows.split(";\n") {
        let words: Vec<&str> = row.split_whitespace().collect();
        let [level, name, ..] = words[..] else { continue };
        if level == "Error" || level == "Warning" {
            let texts: Vec<String> = row.split('"').skip(1).step_by(2).map(|t| t.replace("{{", "{").replace("}}", "}")).collect();
            found.insert(name.to_owned(), (texts[0].clone(), texts.get(1).cloned().unwrap_or_default()));
        }
    }
    found
}

fn all() -> Vec<Program> {
    programs("ui").into_iter().chain(programs("warn")).collect()
}

/// What is said of syntax that stable Rust does not have.
const UNREACHED: &[&str] = &["Expression"];

#[test]
fn each_message_has_its_program() {
    let shown: Vec<String> = all().iter().flat_map(|p| p.messages().map(str::to_owned).collect::<Vec<_>>()).collect();
    let table = table();
    assert!(table.len() > 40, "{}", table.len());
    let missing: Vec<&String> = table.keys().filter(|name| !shown.contains(name) && !UNREACHED.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "no program in ui-tests/ui shows {missing:?}: add one with `// message: Name`");
    let unknown: Vec<&String> = shown.iter().filter(|name| !table.contains_key(*name)).collect();
    assert!(unknown.is_empty(), "programs show messages that are no rows of the table: {unknown:?}");
}

/// The page.
fn page() -> String {
    let (table, remedies) = (table(), programs("pass"));
    let mut out = String::from(
        "# Messages\n\nWhat the compiler says about differentiable code, each with an example and with what to write instead. A gradient is right, or there is one of \
         these errors on the line where it would have been lost.\n\nThis page is written from the programs in `ui-tests/`; what is not shown there is not said.\n",
    );
    for (folder, heading) in SECTIONS {
        let here: Vec<Program> = all().into_iter().filter(|p| p.name().starts_with(&format!("{folder}/"))).collect();
        if here.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {heading}\n");
        for p in here {
            let _ = write!(out, "\n### {}\n\n```rust,ignore\n{}\n```\n", p.title().trim_end_matches('.'), p.example());
            for name in p.messages() {
                if let Some((problem, remedy)) = table.get(name) {
                    let _ = write!(out, "\n> **{problem}**\n>\n> help: {remedy}\n\n<!-- {name} -->\n");
                }
            }
            if let Some(error) = p.said() {
                let _ = write!(out, "\n> **{error}**\n");
            }
            if let Some(remedy) = remedies.iter().find(|r| r.name() == p.name()) {
                let _ = write!(out, "\nInstead: {}\n\n```rust,ignore\n{}\n```\n", lower(remedy.title()), remedy.example());
            }
        }
    }
    out
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[test]
fn the_page_is_up_to_date() {
    let (path, page) = (root().join("../docs/messages.md"), page());
    if std::env::var_os("PULLBACK_UPDATE").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(&path, &page).expect("the page can be written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/messages.md is not what the programs say: run this test with PULLBACK_UPDATE=1");
    for name in table().keys().filter(|name| !UNREACHED.contains(&name.as_str())) {
        assert!(page.contains(&format!("<!-- {name} -->")), "docs/messages.md does not tell of `{name}`");
    }
}
