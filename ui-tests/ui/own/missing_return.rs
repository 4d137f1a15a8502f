//! The user's own mistake: no value at the end.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    //~^ -> f64
    x * x;
}

fn main() {
    f::grad(1.0);
}
