//! A collection other than a `Vec`.
// message: Collection
use pullback::prelude::*;
use std::collections::LinkedList;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let all = x.iter().map(|v| v * v).collect::<LinkedList<f64>>();
    //~^ x.iter().map(|v| v * v)
    all.front().copied().unwrap_or(0.0)
}

fn main() {
    f::grad(&[1.0]);
}
