//! There is no `no_grad!`.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, n: usize) -> f64 {
    let scale = n as f64 / 2.0;
    x * scale
}

fn main() {
    assert_eq!(f::grad(1.0, 2), 1.0);
}
