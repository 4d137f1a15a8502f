//! A float as the exponent of `powi`.
// says: mismatched types
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x.powi(2.5)
    //~^ 2.5
}

fn main() {}
