//! A parameter's type has no tangent.
// says: `Model` is not differentiable
use pullback::prelude::*;

struct Model {
    w: f64,
}

#[differentiable]
fn f(m: &Model, x: f64) -> f64 {
    //~^ Model
    m.w * x
}

fn main() {
    f(&Model { w: 1.0 }, 2.0);
}
