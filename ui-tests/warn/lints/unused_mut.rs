//! A variable that need not be `mut`.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = 2.0 * x;
    //~^ mut y
    y * x
}

fn main() {
    f::grad(1.0);
}
