//! The user's own mistake: a moved value is used again.
use pullback::prelude::*;

#[differentiable]
fn f(x: Vec<f64>) -> f64 {
    let y = x;
    x[0] * y[0]
    //~^ x
}

fn main() {
    f::grad(vec![1.0]);
}
