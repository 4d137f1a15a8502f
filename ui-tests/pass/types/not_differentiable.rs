//! The type derives its tangent.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Model {
    w: f64,
}

#[differentiable]
fn f(m: &Model, x: f64) -> f64 {
    m.w * x
}

fn main() {
    assert_eq!(f::grad(&Model { w: 1.0 }, 2.0).1, 1.0);
}
