//! An argument that an operation has no derivative with respect to.
// message: ActiveParameter
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    x.clamp(y, 10.0) * y
    //~^ y
}

fn main() {
    f::grad(1.0, 0.5);
}
