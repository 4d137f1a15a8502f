//! A dereference of what has no name.
// message: Dereference
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    *x.iter().next().unwrap() * 2.0
    //~^ *x.iter().next().unwrap()
}

fn main() {
    f::grad(&[1.0]);
}
