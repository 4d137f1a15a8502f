//! Mismatched types, in a function that returns a reference.
// says: mismatched types
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn first(x: &[f64]) -> &f64 {
    let n: usize = 0.0;
    //~^ 0.0
    &x[n]
}

fn main() {}
