//! An iterator method that does not exist.
// says: no method named `mpa` found for struct `std::slice::Iter<'a, T>` in the current scope
#![allow(dead_code)]
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], w: f64) -> f64 {
    x.iter().mpa(|v| v * w).sum()
    //~^ mpa
}

fn main() {}
