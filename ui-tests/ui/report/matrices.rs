//! A report on request: what is kept of tensors.
// message: Report
#![deny(deprecated)]
use pullback::prelude::*;

#[differentiable(report)]
fn layer(w: &Tensor, x: &Tensor, depth: usize) -> f32 {
    //~^ layer
    let mut h = x.clone();
    for _ in 0..depth {
        h = h.matmul(w).tanh();
    }
    let scale = no_grad! { h.sum() };
    (h * scale).sum()
}

fn main() {
    layer::grad(&Tensor::zeros([1, 1]), &Tensor::zeros([1, 1]), 1);
}
