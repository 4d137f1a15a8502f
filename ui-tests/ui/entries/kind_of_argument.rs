//! An argument of a companion has another type.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: &[f64]) -> f64 {
    x * y[0]
}

fn main() {
    f::grad(1.0, 2.0);
    //~^ 2.0
}
