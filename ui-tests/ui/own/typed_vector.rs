//! The user's own mistake: a type of a list for a product.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let y: Vec<f64> = x * x;
    //~^ x * x
    y[0]
}

fn main() {
    f::grad(1.0);
}
