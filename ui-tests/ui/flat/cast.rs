//! A cast drops the derivative.
// message: Cast
use pullback::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let steps = x as i32 as f64;
    //~^ x as i32
    steps * x
}

fn main() {
    f::grad(1.0);
}
