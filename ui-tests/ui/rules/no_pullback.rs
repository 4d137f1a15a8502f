//! A rule that returns the derivative instead of a pullback.
// says: expected `cube_vjp` to return `(f64, _)`, but it returns `f64`
use pullback::prelude::*;

fn cube_vjp(x: f64) -> f64 {
    3.0 * x * x
}

#[differentiable(vjp = cube_vjp)]
//~^ cube_vjp
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
