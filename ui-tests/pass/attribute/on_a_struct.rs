//! A struct derives its tangent.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Weights {
    w: f64,
}

#[differentiable]
fn f(weights: &Weights, x: f64) -> f64 {
    weights.w * x
}

fn main() {
    assert_eq!(f::grad(&Weights { w: 3.0 }, 2.0).0.w, 2.0);
}
