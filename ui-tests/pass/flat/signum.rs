//! No gradient is meant.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * no_grad!(x.signum())
}

fn main() {
    assert_eq!(f::grad(-2.0), -1.0);
}
