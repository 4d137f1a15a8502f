//! The user's own mistake: a result whose lifetime nothing tells.
use pullback::prelude::*;

#[differentiable]
fn longest(a: &[f64], b: &[f64]) -> &[f64] {
    //~^ -> &[f64]
    if a.len() > b.len() { a } else { b }
}

fn main() {
    longest::vjp(&[1.0], &[2.0, 3.0]);
}
