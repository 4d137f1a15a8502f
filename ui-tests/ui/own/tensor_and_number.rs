//! The user's own mistake: a number of another precision beside a tensor.
use pullback::prelude::*;

#[differentiable]
fn f(x: &Tensor, k: f64) -> f32 {
    (x * k).sum()
    //~^ *
}

fn main() {
    f::grad(&Tensor::ones([2]), 1.0);
}
