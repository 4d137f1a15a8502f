//! `wrt` names parameters.
use pullback::prelude::*;

#[differentiable(wrt(x, w))]
fn f(x: f64, w: f64) -> f64 {
    x * w
}

fn main() {
    assert_eq!(f::grad(1.0, 2.0), (2.0, 1.0));
}
