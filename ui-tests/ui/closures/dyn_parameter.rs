//! A function behind a trait object.
// message: DynFunction
use pullback::prelude::*;

#[differentiable]
fn f(g: &dyn Fn(f64) -> f64, x: f64) -> f64 {
    //~^ &dyn Fn(f64) -> f64
    g(x) * x
}

fn main() {
    f::grad(&f64::sin, 1.0);
}
