//! The user's own mistake: a slice without its `&`.
use pullback::prelude::*;

#[differentiable]
fn f(x: [f64]) -> f64 {
    //~^ x: [f64]
    x[0] * x[1]
}

fn main() {
    f::grad(&[1.0]);
}
