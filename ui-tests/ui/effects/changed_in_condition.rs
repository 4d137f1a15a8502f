//! A condition changes what carries a gradient.
// message: ChangedInside
use pullback::prelude::*;

#[differentiable]
fn step(x: &mut f64) -> f64 {
    *x *= 0.5;
    *x
}

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x;
    while step(&mut y) > 1.0 {}
    //~^ y
    y * x
}

fn main() {
    f::grad(1.0);
}
