//! The user's own mistake: a call with an argument too many.
use pullback::prelude::*;

#[differentiable]
fn g(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn f(x: f64) -> f64 {
    g(x, 2.0)
    //~^ g(x, 2.0)
}

fn main() {
    f::grad(1.0);
}
