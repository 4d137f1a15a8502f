//! Code after a `return`.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    return x * x;
    x + 1.0
    //~^ x + 1.0
}

fn main() {
    f::grad(1.0);
}
