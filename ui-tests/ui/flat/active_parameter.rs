//! An argument that an operation has no derivative with respect to.
// message: ActiveParameter
use pullback::prelude::*;

#[differentiable]
fn f(t: &Tensor, y: f32) -> f32 {
    t.clamp(y, 10.0).sum() * y
    //~^ y
}

fn main() {
    f::grad(&Tensor::zeros([2]), 0.5);
}
