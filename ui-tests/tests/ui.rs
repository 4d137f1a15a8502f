//! The texts of all messages, compared with the `.stderr` beside each program; and programs that must compile.
//!
//! What is said of types, and of arguments of companions, lists implementations of traits that grow with the library: the test of
//! rustc's data (`json.rs`) reads those.

#[test]
fn messages_are_as_they_were() {
    const LISTS: &[&str] = &["types", "entries", "own", "rules", "attribute/name_of_a_type"];
    let t = trybuild::TestCases::new();
    for program in pullback_ui_tests::programs("ui") {
        if !LISTS.iter().any(|l| program.name().starts_with(l)) {
            t.compile_fail(&program.path);
        }
    }
    t.pass("pass/*/*.rs");
}
