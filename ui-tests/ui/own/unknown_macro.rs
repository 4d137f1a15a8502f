//! A macro that does not exist.
// says: cannot find macro `sqare` in this scope
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    sqare!(x) * 2.0
    //~^ sqare
}

fn main() {}
