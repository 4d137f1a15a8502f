//! The bits of a number carry no gradient, as method or as path call.
// message: Flat
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    f64::from_bits(x.to_bits()) * x
    //~^ to_bits
}

#[differentiable]
fn g(x: f64) -> f64 {
    f64::floor(x) * x
    //~^ floor
}

fn main() {
    f::grad(1.0);
    g::grad(1.0);
}
