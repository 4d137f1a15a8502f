//! A function is flat almost everywhere.
// message: Flat
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * x.floor()
    //~^ floor
}

fn main() {
    f::grad(1.0);
}
