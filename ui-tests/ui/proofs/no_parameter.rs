//! A proof is about what is no parameter.
// message: AssertedParameter
use pullback::prelude::*;

#[differentiable]
fn loss(w: f64, #[constant] x: f64) -> f64 {
    w * x
}

assert_gradient!(loss, y);
//~^ y

fn main() {
    loss::grad(1.0, 2.0);
}
