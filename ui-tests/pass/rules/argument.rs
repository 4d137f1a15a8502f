//! A rule has the function's arguments, and returns its value with a pullback.
use pullback::prelude::*;

fn cube_vjp(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (x * x * x, move |y_bar| 3.0 * x * x * y_bar)
}

fn cube_jvp(x: f64, x_dot: f64) -> (f64, f64) {
    (x * x * x, 3.0 * x * x * x_dot)
}

#[differentiable(vjp = cube_vjp, jvp = cube_jvp)]
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {
    let _ = (cube(2.0), cube::grad(2.0));
}
