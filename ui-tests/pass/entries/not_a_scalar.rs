//! The pullback is given a cotangent.
use pullback::prelude::*;

#[differentiable]
fn double(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| 2.0 * v).collect()
}

fn main() {
    let (_, pullback) = double::vjp(&[1.0]);
    assert_eq!(pullback(vec![1.0]), [2.0]);
}
