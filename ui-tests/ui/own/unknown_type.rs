//! The user's own mistake: an unknown type.
use pullback::prelude::*;

#[differentiable]
fn f(x: f64, k: &Konstants) -> f64 {
    //~^ Konstants
    x * k.c
}

fn main() {}
