//! A rule whose pullback takes a cotangent of another type.
// says: expected a `Fn(f64)` closure, found `impl Fn(f32) -> f64`
use pullback::prelude::*;

fn cube_vjp(x: f64) -> (f64, impl Fn(f32) -> f64) {
    (x * x * x, move |y_bar| 3.0 * x * x * f64::from(y_bar))
}

#[differentiable(vjp = cube_vjp)]
//~^ cube_vjp
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
