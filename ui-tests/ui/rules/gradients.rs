//! A rule whose pullback returns another number of gradients.
// says: expected `impl Fn(f64) -> (f64, f64)` to return `f64`, but it returns `(f64, f64)`
use pullback::prelude::*;

fn cube_vjp(x: f64) -> (f64, impl Fn(f64) -> (f64, f64)) {
    (x * x * x, move |y_bar| (3.0 * x * x * y_bar, 0.0))
}

#[differentiable(vjp = cube_vjp)]
//~^ cube_vjp
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
