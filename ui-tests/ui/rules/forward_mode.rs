//! A rule for forward mode that takes no tangents.
// says: function is expected to take 2 arguments, but it takes 1 argument
use pullback::prelude::*;

fn cube_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (x * x * x, move |y_bar| 3.0 * x * x * y_bar)
}

fn cube_jvp(x: f64) -> (f64, f64) {
    (x * x * x, 3.0 * x * x)
}

#[differentiable(vjp = cube_vjp, jvp = cube_jvp)]
//~^ cube_jvp
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
