//! The user's own mistake: an unknown function of a primitive type.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    f64::sine(x) * x
    //~^ sine
}

fn main() {
    f::grad(1.0);
}
