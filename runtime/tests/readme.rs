//! The README's first program prints what the README says it prints.
//!
//! Input: the README, the same program. Output: passes or panics. Invariant: the program below and the one shown are one text.

use pullback::prelude::*;

const README: &str = include_str!("../../README.md");

#[differentiable]
fn loss(w: f64, x: &[f64]) -> f64 {
    let mut s = 0.0;
    for v in x.iter() {
        let u = (w * v).tanh();
        s += u * u.detach();
    }
    s
}

#[test]
fn the_readme_shows_what_is_printed() {
    let x = [0.5, -1.0, 2.0];
    let (w_bar, x_bar) = loss::grad(0.3, &x);
    let printed = format!("value {:.4}, dw {w_bar:.4}, dx {x_bar:.4?}", loss(0.3, &x));
    let shown = README.split("```text\n").nth(1).and_then(|rest| rest.split("\n```").next());
    assert_eq!(shown, Some(printed.as_str()));
}

#[test]
fn the_program_shown_is_this_one() {
    let here = include_str!("readme.rs");
    let from = here.find("#[differentiable]").expect("the function");
    let until = here.find("#[test]").expect("the first test");
    assert!(README.contains(here[from..until].trim()), "the function of the README is another one");
    assert!(README.contains("let (w_bar, x_bar) = loss::grad(0.3, &x);"));
}
