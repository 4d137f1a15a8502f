//! The result's type has a name.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {
    assert_eq!(f::grad(1.0), 2.0);
}
