//! An argument of a companion is missing.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    f::grad(1.0);
    //~^ f::grad(1.0)
}
