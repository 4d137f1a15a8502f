//! The value is computed before the waiting.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * x;
    no_grad! { drop(async { y }) };
    y
}

fn main() {
    assert_eq!(f::grad(1.0), 2.0);
}
