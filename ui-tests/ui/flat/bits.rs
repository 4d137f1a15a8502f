//! The bits of a number carry no gradient.
// message: Flat
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    f64::from_bits(x.to_bits()) * x
    //~^ to_bits
}

fn main() {
    f::grad(1.0);
}
