//! The single point is meant.
use pullback::prelude::*;

#[differentiable]
fn sinc(x: f64) -> f64 {
    if no_grad!(x == 0.0) { 1.0 } else { x.sin() / x }
}

fn main() {
    assert_eq!(sinc::grad(0.0), 0.0);
}
