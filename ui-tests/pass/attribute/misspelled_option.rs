//! The option has its name.
use pullback::prelude::*;

#[differentiable(wrt(x))]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

fn main() {
    assert_eq!(f::grad(1.0, 2.0), 2.0);
}
