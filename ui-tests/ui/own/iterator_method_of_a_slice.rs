//! The user's own mistake: a method of iterators, of a slice.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut s = 0.0;
    x.zip(y).for_each(|(a, b)| s += a * b);
    //~^ zip
    s
}

fn main() {
    f::grad(&[1.0], &[2.0]);
}
