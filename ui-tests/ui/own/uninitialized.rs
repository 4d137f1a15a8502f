//! The user's own mistake: a variable without a value.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y: f64;
    if x > 0.0 {
        y = x;
    }
    y * x
    //~^ y
}

fn main() {
    f::grad(1.0);
}
