//! A proof that there is no gradient fails.
// message: AssertedNoGradient
use pullback::prelude::*;

#[differentiable]
fn loss(w: f64, #[constant] x: f64) -> f64 {
    w * x
}

assert_no_gradient!(loss, w);
//~^ w

fn main() {
    loss::grad(1.0, 2.0);
}
