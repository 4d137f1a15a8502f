//! What the examples share: lists as a person writes them, and the end of a program that was called wrongly.
//!
//! Input: numbers; the command line. Output: text; an exit code. Invariant: bad input ends in one sentence and a code that is not zero.

use std::process::ExitCode;

/// A number as on paper: six decimals at most, no zeros at their end.
///
/// ```
/// use pullback_examples::number;
/// assert_eq!([number(9.0), number(0.5), number(28.0 / 15.0), number(-0.0)], ["9", "0.5", "1.866667", "0"]);
/// ```
#[must_use]
pub fn number(x: f64) -> String {
    let text = format!("{x:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Numbers as on paper: `[0, 1, 4, 9]`.
///
/// ```
/// assert_eq!(pullback_examples::list(&[0.0, 1.5]), "[0, 1.5]");
/// ```
#[must_use]
pub fn list(x: &[f64]) -> String {
    format!("[{}]", x.iter().map(|v| number(*v)).collect::<Vec<_>>().join(", "))
}

/// Runs an example that takes no arguments. `--help` says what it shows.
pub fn run(name: &str, about: &str, example: impl FnOnce()) -> ExitCode {
    match std::env::args().nth(1) {
        None => example(),
        Some(a) if a == "--help" || a == "-h" => println!("{name}: {about}\n\nIt takes no arguments."),
        Some(a) => {
            eprintln!("{name}: it takes no arguments, but was given `{a}`");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
