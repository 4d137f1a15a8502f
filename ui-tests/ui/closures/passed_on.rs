//! A closure that captures a value carrying a gradient is passed to a function.
// message: Closure
use pullback::prelude::*;

fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiable]
fn f(x: f64) -> f64 {
    x + apply(|v| v * x, 2.0)
    //~^ |v| v * x
}

fn main() {
    f::grad(1.0);
}
