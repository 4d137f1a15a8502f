//! The function has another name.
use pullback::prelude::*;

#[differentiable]
fn byte(x: f64) -> f64 {
    x * x
}

fn main() {
    assert_eq!(byte::grad(1.0), 2.0);
}
