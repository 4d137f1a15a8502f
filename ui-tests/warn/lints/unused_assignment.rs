//! A value that is overwritten before it is read.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x * x;
    //~^ x * x
    y = 2.0 * x;
    y
}

fn main() {
    f::grad(1.0);
}
