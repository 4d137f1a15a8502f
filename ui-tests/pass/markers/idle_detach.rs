//! There is no `detach`.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, #[constant] scale: f64) -> f64 {
    x * scale
}

fn main() {
    assert_eq!(f::grad(1.0, 2.0), 2.0);
}
