//! A method in a condition changes what carries a gradient.
// message: ChangedInside
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    while v.pop().is_some_and(|e| e > 1.0) {}
    //~^ v
    v[0] * x[0]
}

fn main() {
    f::grad(&[1.0]);
}
