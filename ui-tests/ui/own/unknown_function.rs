//! The user's own mistake: an unknown function.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = scaled(x);
    //~^ scaled
    y + x
}

fn main() {
    f::grad(1.0);
}
