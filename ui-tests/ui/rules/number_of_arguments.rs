//! A rule that takes more arguments than the function.
// says: function is expected to take 1 argument, but it takes 2 arguments
use pullback::prelude::*;

fn cube_vjp(x: f64, y_bar: f64) -> (f64, impl Fn(f64) -> f64) {
    (x * x * x, move |_| 3.0 * x * x * y_bar)
}

#[differentiable(vjp = cube_vjp)]
//~^ cube_vjp
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
