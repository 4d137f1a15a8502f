//! The user's own mistake: an operand of another type.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * x;
    y * 2
    //~^ *
}

fn main() {
    f::grad(1.0);
}
