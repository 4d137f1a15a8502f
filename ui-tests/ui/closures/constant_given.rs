//! A function without gradient, given where one with gradient is taken.
// message: ConstantGiven
use pullback::prelude::*;

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

#[differentiable]
fn scaled(x: f64, #[constant] f: impl Fn(f64) -> f64) -> f64 {
    twice(f, x)
    //~^ f
}

fn main() {}
