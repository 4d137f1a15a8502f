//! No gradient is meant.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let steps = no_grad!(x as i32 as f64);
    steps * x
}

fn main() {
    assert_eq!(f::grad(2.5), 2.0);
}
