//! A call of a function pointer.
use pullback::prelude::*;

#[differentiable]
fn twice(#[constant] f: fn(f64) -> f64, x: f64) -> f64 {
    2.0 * f(x)
    //~^ f
}

fn main() {}
