//! It is a closure.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let tripled = || x * 3.0;
    x + tripled()
}

fn main() {
    f::grad(1.0);
}
