//! A reference that may change to another place.
// message: MovingReference
#![allow(unused_mut)]
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut r = &x[0];
    //~^ mut r
    *r * 2.0
}

fn main() {
    f::grad(&[1.0, 2.0]);
}
