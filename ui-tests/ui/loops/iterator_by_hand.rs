//! An iterator that is advanced by hand.
// message: IteratorByHand
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut all = x.iter().filter(|v| **v > 0.0);
    //~^ mut all
    let first = all.next().unwrap();
    first * first
}

fn main() {
    f::grad(&[1.0]);
}
