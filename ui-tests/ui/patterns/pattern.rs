//! A pattern
// message: Pattern
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|p @ (a, b)| a * b * p.0).sum()
    //~^ p @ (a, b)
}

fn main() {}
