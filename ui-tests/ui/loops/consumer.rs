//! A consumer of an iterator that is not known.
// message: Consumer
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).rfind(|v| *v > 0.5).unwrap()
    //~^ rfind
}

fn main() {
    f::grad(&[1.0]);
}
