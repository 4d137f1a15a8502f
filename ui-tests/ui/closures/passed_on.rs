//! A closure that captures a value carrying a gradient is passed to a function.
// errors: 2
use pullback::prelude::*;

fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiable]
fn by_name(x: f64) -> f64 {
    let f = |v: f64| v * x;
    apply(f, 2.0) + f(1.0)
    //~^ f
}

#[differentiable]
fn in_place(x: f64) -> f64 {
    x + apply(|v| v * x, 2.0)
    //~^ |v| v * x
}

fn main() {}
