//! A write through a `Cell`.
// message: Effect
use pullback::prelude::*;
use std::cell::Cell;

#[differentiable]
fn f(x: f64, #[constant] seen: &Cell<f64>) -> f64 {
    seen.set(x);
    //~^ set
    x * x
}

fn main() {
    f::grad(1.0, &Cell::new(0.0));
}
