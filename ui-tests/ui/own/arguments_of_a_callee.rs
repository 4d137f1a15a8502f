//! The user's own mistake: an argument too few for a callee.
use pullback::prelude::*;

#[differentiable]
fn g(a: f64, b: f64) -> f64 {
    a * b
}

#[differentiable]
fn f(x: f64) -> f64 {
    g(x)
    //~^ g
}

fn main() {
    f::grad(1.0);
}
