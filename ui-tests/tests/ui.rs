//! The texts of all messages, compared with the `.stderr` beside each program; and programs that must compile.

#[test]
fn messages_are_as_they_were() {
    let t = trybuild::TestCases::new();
    t.compile_fail("ui/*/*.rs");
    t.pass("pass/*/*.rs");
}
