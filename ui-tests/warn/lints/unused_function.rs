//! A function that is not used.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    //~^ f
    x * x
}

fn main() {}
