//! The user's own mistake: a loop over a number.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let n = x.len();
    let mut s = 0.0;
    for i in n {
        //~^ n
        s += x[i] * x[i];
    }
    s
}

fn main() {
    f::grad(&[1.0]);
}
