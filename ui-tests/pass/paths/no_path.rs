//! The parameter is constant.
use pullback::prelude::*;

#[differentiable]
fn clipped(x: f64, #[constant] limit: f64) -> f64 {
    if x > limit { 2.0 * x } else { x * x }
}

fn main() {
    clipped::grad(1.0, 2.0);
}
