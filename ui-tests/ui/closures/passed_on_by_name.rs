//! A closure bound to a name is passed to a function.
// message: Closure
use pullback::prelude::*;

fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiable]
fn f(x: f64) -> f64 {
    let scaled = |v: f64| v * x;
    apply(scaled, 2.0) + scaled(1.0)
    //~^ scaled
}

fn main() {
    f::grad(1.0);
}
