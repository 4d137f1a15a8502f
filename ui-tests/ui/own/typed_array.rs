//! The user's own mistake: a type of an array for a number.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y: [f64; 2] = x;
    //~^ x
    y[0]
}

fn main() {
    f::grad(1.0);
}
