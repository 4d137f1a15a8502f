//! Safe Rust.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    x[0]
}

fn main() {
    assert_eq!(f::grad(&[1.0]), [1.0]);
}
