//! A consumer of an iterator that is not known.
// message: Consumer
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    x.iter().map(|v| v * v).rfold(1.0, |a, b| a * b)
    //~^ rfold
}

fn main() {
    f::grad(&[1.0]);
}
