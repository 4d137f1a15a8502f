//! A rule that takes other arguments than the function.
// says: type mismatch in function arguments
use pullback::prelude::*;

fn cube_vjp(x: f32) -> (f64, impl Fn(f64) -> f64) {
    let x = f64::from(x);
    (x * x * x, move |y_bar| 3.0 * x * x * y_bar)
}

#[differentiable(vjp = cube_vjp)]
//~^ cube_vjp
fn cube(x: f64) -> f64 {
    x * x * x
}

fn main() {}
