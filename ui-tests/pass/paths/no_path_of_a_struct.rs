//! The struct is constant.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Limits {
    upper: f64,
}

#[differentiable]
fn clipped(x: f64, #[constant] limits: &Limits) -> f64 {
    if x > limits.upper { 2.0 * x } else { x * x }
}

fn main() {
    assert_eq!(clipped::grad(1.0, &Limits { upper: 2.0 }), 2.0);
}
