//! A proof that there is a gradient fails.
// message: AssertedGradient
use pullback::prelude::*;

#[differentiable]
fn loss(w: f64, #[constant] x: f64) -> f64 {
    w * x
}

assert_gradient!(loss, x);
//~^ x

fn main() {
    loss::grad(1.0, 2.0);
}
