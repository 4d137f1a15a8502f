//! The names of generated variables, as the compiler writes them.
//!
//! Input: the compiler's source. Output: the patterns of names. Invariant: [`crate::scope::is_internal`] knows each of them, so that a variable of the user's that
//! is called so has another name in the hidden forms.

use crate::scope::is_internal;
use std::path::Path;

/// Functions, types, constants, modules and fields; names as they are; variables of closures in which nothing of the user's stands. The sweeps of a function that
/// is handed on end in their form.
const NO_VARIABLES: &[&str] = &[
    "{}",
    "{}_{}",
    "{}_grad",
    "lent_{}",
    "derivative_of_{}",
    "derivative_of_nested_{}",
    "derivatives_of_{}",
    "companion_of_{}",
    "taker_of_{}",
    "a_rule_for_{}",
    "a_jvp_rule_for_{}",
    "field_{}",
    "{}_warnings",
];

fn patterns(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        if entry.is_dir() {
            patterns(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "rs") && !entry.components().any(|c| c.as_os_str() == "tests") {
            let text = std::fs::read_to_string(&entry).expect("text");
            let each =
                text.split("format_ident!(\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(pattern, _)| pattern.to_owned());
            found.extend(each.filter(|p| p.contains("{}")));
        }
    }
}

#[test]
fn each_is_known() {
    let mut found = vec![];
    patterns(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 50, "the compiler makes names");
    let is_variable = |p: &&String| !p.starts_with("__") && !p.contains(char::is_uppercase) && !NO_VARIABLES.contains(&p.as_str());
    let example = |p: &str| p.replacen("{}", "x", 1).replace("{}", "1");
    let unknown: Vec<&String> = found.iter().filter(is_variable).filter(|p| !is_internal(&example(p))).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
