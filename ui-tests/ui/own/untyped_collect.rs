//! The user's own mistake: a collection whose type nothing tells.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let squares = x.iter().map(|v| v * v).collect();
    //~^ squares
    squares[0]
}

fn main() {
    f::grad(&[1.0]);
}
