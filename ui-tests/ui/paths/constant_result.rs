//! The result depends on no parameter.
// message: ConstantResult
use pullback::prelude::*;

#[differentiable]
fn loss(w: f64, x: f64) -> f64 {
    //~^ loss
    let scale = if w > x { 1.0 } else { 2.0 };
    scale * 3.0
}

fn main() {
    loss::grad(1.0, 2.0);
}
