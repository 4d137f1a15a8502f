//! A variable that is not used.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = 2.0 * x;
    //~^ y
    x * x
}

fn main() {
    f::grad(1.0);
}
