//! Bind the parts.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(a, b)| a * b * a).sum()
}

fn main() {
    let _ = (f(&[1.0], &[2.0]), f::grad(&[1.0], &[2.0]));
}
