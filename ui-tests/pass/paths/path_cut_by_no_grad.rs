//! The parameter is constant.
use pullback::prelude::*;

#[differentiable]
fn loss(#[constant] w: f64, x: f64) -> f64 {
    let target = w * 2.0;
    (x - target) * (x - target)
}

fn main() {
    assert_eq!(loss::grad(1.0, 3.0), 2.0);
}
