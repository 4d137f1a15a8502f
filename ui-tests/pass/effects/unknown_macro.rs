//! The macro's expansion is written out.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * x + x
}

fn main() {
    assert_eq!(f::grad(1.0), 3.0);
}
