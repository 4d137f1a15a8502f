//! The user's own mistake: an unknown variable.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y = x * scale;
    //~^ scale
    y + x
}

fn main() {
    f::grad(1.0);
}
