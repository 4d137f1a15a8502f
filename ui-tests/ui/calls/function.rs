//! A call of a function without a derivative.
// message: NoDerivative
use pullback::prelude::*;

fn friction(v: f64) -> f64 {
    0.1 * v * v
}

#[differentiable]
fn force(v: f64) -> f64 {
    v - friction(v)
    //~^ friction
}

fn main() {
    force::grad(1.0);
}
