//! The value is changed outside.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x * x;
    y += x.detach();
    y * x
}

fn main() {
    assert_eq!(f::grad(1.0), 4.0);
}
