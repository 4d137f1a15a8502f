//! `self` in a function that is no method.
// says: expected value, found module `self`
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    self.k * x
    //~^ self
}

fn main() {}
