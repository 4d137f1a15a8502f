//! A parameter never reaches the result.
// message: NoPath
use pullback::prelude::*;

#[differentiable]
fn clipped(x: f64, limit: f64) -> f64 {
    //~^ limit
    if x > limit { 2.0 * x } else { x * x }
}

fn main() {
    clipped::grad(1.0, 2.0);
}
