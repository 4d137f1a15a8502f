//! The user's own mistake: a number in the place of a list, after a loop.
use pullback::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> Vec<f64> {
    let mut a = [0.0; 3];
    a[1] = x[0] * x[1];
    let mut p = 1.0;
    for w in x.windows(2) {
        p += w[0] * w[1] * a[1];
    }
    p
    //~^ p
}

fn main() {
    f::vjp(&[1.0]);
}
