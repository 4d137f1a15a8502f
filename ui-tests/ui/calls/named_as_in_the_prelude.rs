//! A differentiable function named like one that is there without an import.
// message: PreludeName
use pullback::prelude::*;

#[differentiable]
fn drop(height: f64) -> f64 {
    (2.0 * height / 9.81).sqrt()
}

#[differentiable]
fn twice(height: f64) -> f64 {
    2.0 * drop(height)
    //~^ drop
}

fn main() {}
