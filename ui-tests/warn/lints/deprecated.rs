//! A function that is deprecated.
use pullback::prelude::*;

#[deprecated = "use `square`"]
#[differentiable]
fn power(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn f(x: f64) -> f64 {
    power(x) * x
    //~^ power
}

fn main() {
    f::grad(1.0);
}
