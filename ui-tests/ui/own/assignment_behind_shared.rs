//! An assignment behind a shared reference.
// says: cannot assign to `x[_]`, which is behind a `&` reference
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    x[0] *= 2.0;
    //~^ x[0] *= 2.0
    x[0]
}

fn main() {}
