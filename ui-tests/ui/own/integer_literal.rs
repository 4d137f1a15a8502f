//! The user's own mistake: an integer beside a float.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    2 * x
    //~^ *
}

fn main() {
    f::grad(1.0);
}
