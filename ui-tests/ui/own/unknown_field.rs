//! The user's own mistake: an unknown field.
use pullback::prelude::*;

#[derive(Differentiable)]
struct Model {
    weight: f64,
}

#[differentiable]
fn f(m: &Model, x: f64) -> f64 {
    m.wait * x
    //~^ wait
}

fn main() {
    f::grad(&Model { weight: 1.0 }, 1.0);
}
