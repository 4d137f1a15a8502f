//! The companion collides with a type of the user's.
#![allow(non_camel_case_types, dead_code)]
use pullback::prelude::*;

struct loss {}

#[differentiable]
fn loss(x: f64) -> f64 {
    //~^ loss
    x * x
}

fn main() {}
