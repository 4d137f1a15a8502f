//! A parameter of a type that carries a gradient never reaches the result.
// message: NoPath
use pullback::prelude::*;

#[derive(Differentiable)]
struct Limits {
    upper: f64,
}

#[differentiable]
fn clipped(x: f64, limits: &Limits) -> f64 {
    //~^ limits
    if x > limits.upper { 2.0 * x } else { x * x }
}

fn main() {
    clipped::grad(1.0, &Limits { upper: 2.0 });
}
