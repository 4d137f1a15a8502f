//! A dereference of what has no name.
// message: Dereference
use pullback::prelude::*;

#[differentiable]
fn first<'a>(x: &'a [f64]) -> &'a f64 {
    &x[0]
}

#[differentiable]
fn f(x: &[f64]) -> f64 {
    *first(x) * 2.0
    //~^ *first(x)
}

fn main() {
    f::grad(&[1.0]);
}
