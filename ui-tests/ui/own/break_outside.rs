//! `break` outside a loop.
// says: `break` outside of a loop or labeled block
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    if x > 1.0 {
        break;
        //~^ break
    }
    x * x
}

fn main() {}
