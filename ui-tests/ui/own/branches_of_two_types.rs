//! The user's own mistake: branches of different types.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = if x > 0.0 { x } else { 1 };
    //~^ 1
    y * y
}

fn main() {
    f::grad(1.0);
}
