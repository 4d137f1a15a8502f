//! The user's own mistake: an integer beside a float in a closure.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    x.iter().map(|v| v * 2).sum()
    //~^ *
}

fn main() {
    f::grad(&[1.0]);
}
