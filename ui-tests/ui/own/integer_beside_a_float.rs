//! The user's own mistake: an integer variable beside a float.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += x[i] * i;
        //~^ *
    }
    s
}

fn main() {
    f::grad(&[1.0]);
}
