//! `break` with a value, in a `for` loop.
// says: `break` with value from a `for` loop
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    for k in 0..3 {
        if k == 2 {
            break x;
            //~^ break x
        }
    }
    x * x
}

fn main() {}
