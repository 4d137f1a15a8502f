//! `grad` of a function that takes a function.
// says: a function that takes functions has no derivative by itself: those of its arguments are not known here
use pullback::prelude::*;

#[differentiable]
fn twice(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(f(x))
}

fn main() {
    twice::grad(|v| v * v, 0.5);
    //~^ twice::grad(|v| v * v, 0.5)
}
