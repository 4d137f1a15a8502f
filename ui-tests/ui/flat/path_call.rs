//! A flat function called by its path.
// message: Flat
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    f64::floor(x) * x
    //~^ floor
}

fn main() {
    f::grad(1.0);
}
