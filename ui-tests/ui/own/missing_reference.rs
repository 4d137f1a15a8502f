//! The user's own mistake: a value where a reference belongs.
use pullback::prelude::*;

#[differentiable]
fn g(v: &Vec<f64>) -> f64 {
    v[0] * v[1]
}

#[differentiable]
fn f(v: Vec<f64>) -> f64 {
    g(v)
    //~^ v
}

fn main() {
    f::grad(vec![1.0, 2.0]);
}
