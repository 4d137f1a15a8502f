//! A reference to a reference.
// message: ReferenceToReference
use pullback::prelude::*;

#[differentiable]
fn total(x: &&[f64]) -> f64 {
    x[0]
}

#[differentiable]
fn f(x: &[f64]) -> f64 {
    total(&(&x[1..]))
    //~^ &(&x[1..])
}

fn main() {
    total::grad(&[1.0].as_slice());
    f::grad(&[1.0, 2.0]);
}
