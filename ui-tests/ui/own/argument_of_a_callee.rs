//! The user's own mistake: an argument of another type for a callee.
use pullback::prelude::*;

#[differentiable]
fn g(v: &[f64]) -> f64 {
    v[0] * v[1]
}

#[differentiable]
fn f(x: f64) -> f64 {
    g([x, x])
    //~^ [x, x]
}

fn main() {
    f::grad(1.0);
}
