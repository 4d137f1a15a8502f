//! The value is meant for conditions alone.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    let distance = no_grad!(x - y);
    if distance > 1.0 { x } else { x * y }
}

fn main() {
    assert_eq!(f::grad(1.0, 2.0), (2.0, 1.0));
}
