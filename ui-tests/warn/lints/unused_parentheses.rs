//! Parentheses that are not needed.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = (x * x);
    //~^ (x * x)
    y + x
}

fn main() {
    f::grad(1.0);
}
