//! A parameter carries a gradient.
use pullback::prelude::*;

#[differentiable]
fn f(n: usize, scale: f64) -> f64 {
    n as f64 * scale
}

fn main() {
    assert_eq!(f::grad(2, 0.5), 2.0);
}
